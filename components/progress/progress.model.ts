/** A run's progress as it is drawn: per table, over time, in words. Pure. */
import type { Effect } from "../../lib/engine/plan.ts";
import type { OperationProgress } from "../../lib/engine/progress.ts";
import type { LivenessView, LiveSample } from "../../lib/queries/operation-live.ts";
import { formatBytes, formatDuration, formatRows } from "../ui/quantities.ts";
import type { Tone } from "../ui/status.tsx";

export interface TableProgress {
  readonly table: string;
  readonly state: "done" | "now" | "waiting";
  /** Null where only the order of the tables is known. */
  readonly rows: number | null;
  readonly total: number | null;
}

/**
 * Where a run is in its tables. They are worked through in the plan's order, and progress counts rows from the
 * first on: with exact totals each table's share follows; without, only which are done.
 */
export function tableProgress(
  effects: readonly Effect[],
  exact: boolean,
  progress: OperationProgress | null,
): TableProgress[] {
  if (progress?.table == null) return [];
  // A table that is also created into (shared rows) is worked through once: where its rows are.
  const tables = effects.filter((effect) => effect.object.includes(".") && effect.verb !== "create");
  const now = tables.findIndex((effect) => effect.object === progress.table);
  if (now === -1) return [];
  const known = exact && tables.every((effect) => effect.rows !== null);
  let before = 0;
  return tables.map((effect, index) => {
    const total = known ? effect.rows! : null;
    const start = before;
    before += total ?? 0;
    const state = index < now ? "done" : index === now ? "now" : "waiting";
    const rows = total === null ? null : Math.min(total, Math.max(0, progress.rows - start));
    return { table: effect.object, state, rows: state === "waiting" ? null : rows, total };
  });
}

export interface RatePoint {
  /** Seconds before the last sample; 0 is now. */
  readonly ago: number;
  readonly rowsPerSecond: number;
}

/** Rows per second between each two samples; where a step counts from zero again there is a gap and no dip. */
export function ratePoints(samples: readonly LiveSample[]): RatePoint[] {
  const last = samples.at(-1)?.at ?? 0;
  return samples.flatMap((sample, index) => {
    const before = samples[index - 1];
    if (before === undefined || sample.rows < before.rows || sample.at <= before.at) return [];
    const rowsPerSecond = ((sample.rows - before.rows) * 1000) / (sample.at - before.at);
    return [{ ago: Math.round((last - sample.at) / 1000), rowsPerSecond: Math.round(rowsPerSecond) }];
  });
}

/** The plot in a sentence, for who does not see it; null where there is nothing to plot. */
export function plotInWords(points: readonly RatePoint[]): string | null {
  if (points.length < 2) return null;
  const rates = points.map((point) => point.rowsPerSecond);
  const span = formatDuration(points[0]!.ago - points.at(-1)!.ago);
  const [low, high, now] = [Math.min(...rates), Math.max(...rates), rates.at(-1)!];
  return `Rows per second over the last ${span}: now ${now}, between ${low} and ${high}.`;
}

export interface Verdict {
  readonly tone: Tone;
  readonly word: string;
  readonly more: string | null;
}

/**
 * Moving, slow and by what, stalled since when and holding what; null where nothing runs. `now` is the reading's own
 * clock.
 */
export function verdictOf(liveness: LivenessView, now: number): Verdict | null {
  switch (liveness.verdict) {
    case "moving":
      return { tone: "live", word: "moving", more: null };
    case "slow":
      return { tone: "warn", word: "slow", more: liveness.signal };
    case "stalled":
      return {
        tone: "bad",
        word: "stalled",
        more: `no sign of life for ${formatDuration((now - liveness.since) / 1000)}, holding ${liveness.holding}`,
      };
    case "waiting":
      return {
        tone: "live",
        word: "waiting",
        more: `${liveness.why}, for ${formatDuration(Math.max(0, now - liveness.since) / 1000)}`,
      };
    case "not running":
      return null;
  }
}

/** `12 400 of 48 211 rows`, or bytes where no rows are counted. */
export function doneInWords(progress: OperationProgress): string {
  if (progress.rows === 0 && progress.bytes > 0) return formatBytes(progress.bytes);
  return progress.totalRows === null
    ? formatRows(progress.rows)
    : `${formatRows(progress.rows)} of ${formatRows(progress.totalRows)}`;
}

/** What was measured, judged against what is wanted, as a table for people and as JSON. Pure. */
import { median } from "./measure/rounds.ts";

export interface Verdict {
  readonly what: string;
  /** Rows of the tenant. */
  readonly size: number;
  readonly ours: string;
  readonly peer: string;
  /** How ours compares; what the number means stands in `wanted`. */
  readonly ratio: number;
  readonly wanted: string;
  readonly ok: boolean;
  /** Seconds (or bytes of memory) of each round. */
  readonly rounds: { readonly ours: readonly number[]; readonly peer: readonly number[] };
}

export interface Compared {
  readonly what: string;
  readonly size: number;
  /** Seconds by round. */
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  readonly rows: number;
  /** Uncompressed bytes that went by, where that is known. */
  readonly bytes?: number;
}

/** Wants our rate to be at least `share` of the peer's. The ratio is ours : peer. */
export function atLeast(share: number, compared: Compared): Verdict {
  const ratio = median(compared.peer) / median(compared.ours);
  return verdict(compared, ratio, `≥ ${share.toFixed(2)}× its rate`, ratio >= share);
}

/** Wants our time to be at most `factor` times the peer's. The ratio is our time : its time. */
export function within(factor: number, compared: Compared): Verdict {
  const ratio = median(compared.ours) / median(compared.peer);
  return verdict(compared, ratio, `≤ ${factor.toFixed(2)}× its time`, ratio <= factor);
}

function verdict(compared: Compared, ratio: number, wanted: string, ok: boolean): Verdict {
  const { what, size, ours, peer } = compared;
  const say = (seconds: readonly number[]) => rate(median(seconds), compared);
  return { what, size, ours: say(ours), peer: say(peer), ratio, wanted, ok, rounds: { ours, peer } };
}

function rate(seconds: number, { rows, bytes }: Compared): string {
  const perSecond = `${Math.round(rows / seconds / 1000)}k rows/s`;
  const volume = bytes === undefined ? "" : `, ${Math.round(bytes / seconds / 1e6)} MB/s`;
  return `${seconds.toFixed(2)} s (${perSecond}${volume})`;
}

/** Room that the largest size may take beyond the smallest, in bytes. */
const MEMORY_ROOM = 60e6;

/** Peak memory must not grow with the tenant. `peaks` by size. */
export function flatMemory(what: string, peaks: ReadonlyMap<number, readonly number[]>): Verdict[] {
  const sizes = [...peaks.keys()].sort((a, b) => a - b);
  const least = sizes[0];
  const most = sizes.at(-1);
  if (least === undefined || most === undefined || least === most) return [];
  const [small, large] = [median(peaks.get(least)!), median(peaks.get(most)!)];
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  return [
    {
      what: `peak memory, ${what}`,
      size: most,
      ours: megabytes(large),
      peer: `${megabytes(small)} at ${least} rows`,
      ratio: large / small,
      wanted: `≤ ${megabytes(MEMORY_ROOM)} more`,
      ok: large - small <= MEMORY_ROOM,
      rounds: { ours: peaks.get(most)!, peer: peaks.get(least)! },
    },
  ];
}

/** The table, columns aligned. */
export function table(verdicts: readonly Verdict[]): string {
  const head = ["what", "rows", "ours", "peer", "ratio", "wanted", ""];
  const lines = verdicts.map((each) => [
    each.what,
    String(each.size),
    each.ours,
    each.peer,
    each.ratio.toFixed(2),
    each.wanted,
    each.ok ? "ok" : "missed",
  ]);
  const widths = head.map((title, at) => Math.max(title.length, ...lines.map((line) => line[at]!.length)));
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

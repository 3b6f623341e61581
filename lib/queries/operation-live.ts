/**
 * What an open page shows of a run from moment to moment: small, plain JSON, the same for the first answer of the
 * server, for a stream and for who polls. Rate, ETA and liveness are derived here, once for all of them.
 */
import "server-only";
import { and, desc, eq, sql } from "drizzle-orm";
import { BRAKE_SETTING, brakeSchema } from "../engine/brake.ts";
import { type Liveness, livenessOf } from "../engine/liveness.ts";
import type { OperationProgress } from "../engine/progress.ts";
import { type Rate, rateOf, secondsLeft } from "../engine/rate.ts";
import { stageOf } from "../engine/states.ts";
import { databases } from "../records/schema/databases.ts";
import { operationEvents } from "../records/schema/operation-events.ts";
import { type OperationState, operations } from "../records/schema/operations.ts";
import { settings } from "../records/schema/settings.ts";
import type { Source } from "./source.ts";

export interface LiveView {
  readonly state: OperationState;
  readonly version: number;
  /** Nothing more happens of itself. */
  readonly over: boolean;
  /** When this was read, by the records' clock; milliseconds. Ages count from here, not from the browser's. */
  readonly at: number;
  readonly wish: "pause" | "abort" | null;
  readonly brake: boolean;
  readonly progress: OperationProgress | null;
  readonly rate: Rate | null;
  readonly secondsLeft: number | null;
  readonly liveness: LivenessView;
  /** Stored states of progress, the oldest first, for the plot. */
  readonly samples: readonly LiveSample[];
  /** The last event that this knows of. */
  readonly lastEventId: number;
}

export interface LiveSample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly rows: number;
  readonly bytes: number;
}

/** `Liveness` with its moments in milliseconds. */
export type LivenessView =
  | { readonly verdict: "not running" | "moving" }
  | { readonly verdict: "slow"; readonly signal: string }
  | { readonly verdict: "waiting"; readonly since: number; readonly why: string }
  | { readonly verdict: "stalled"; readonly since: number; readonly holding: string };

/** Two minutes of a run that stores its progress each second. */
const SAMPLES = 120;

/** Null where there is no such operation. Its caller authorises. */
export async function readLive({ records }: Source, id: string): Promise<LiveView | null> {
  const [[row], events, [last], [brake]] = await Promise.all([
    records
      .select({
        state: operations.state,
        version: operations.version,
        wish: operations.wish,
        progress: operations.progress,
        heartbeatAt: operations.heartbeatAt,
        createdAt: operations.createdAt,
        tenant: sql<string | null>`coalesce(${operations.tenantSlug}, ${operations.tenantKey})`,
        database: databases.name,
        // The clock that heartbeats and events are dated by: another's would call a run stalled that moves.
        now: sql<Date>`clock_timestamp()`.mapWith(operations.createdAt),
      })
      .from(operations)
      .innerJoin(databases, eq(databases.id, operations.databaseId))
      .where(eq(operations.id, id)),
    records
      .select({ at: operationEvents.at, data: operationEvents.data })
      .from(operationEvents)
      .where(and(eq(operationEvents.operationId, id), eq(operationEvents.type, "progress")))
      .orderBy(desc(operationEvents.id))
      .limit(SAMPLES),
    records
      .select({ id: operationEvents.id, at: operationEvents.at })
      .from(operationEvents)
      .where(eq(operationEvents.operationId, id))
      .orderBy(desc(operationEvents.id))
      .limit(1),
    records.select({ value: settings.value }).from(settings).where(eq(settings.name, BRAKE_SETTING)),
  ]);
  if (row === undefined) return null;
  const samples = events.reverse().map(({ at, data }) => sampleOf(at, data as OperationProgress));
  const progress = row.progress as OperationProgress | null;
  const rate = row.state === "running" ? rateOf(samples) : null;
  // A brake that cannot be read counts as on: runs stop there too.
  const braked = brake === undefined ? false : (brakeSchema.safeParse(brake.value).data?.on ?? true);
  const liveness = livenessOf(
    {
      state: row.state,
      lastEventAt: last?.at ?? row.createdAt,
      heartbeatAt: row.heartbeatAt,
      progressAt: movedAt(samples),
      throttle: progress?.throttle ?? null,
      holding: `tenant ${row.tenant ?? "to be"} in ${row.database}`,
      brake: braked,
    },
    row.now,
  );
  return {
    state: row.state,
    version: row.version,
    over: stageOf(row.state) === "over",
    at: row.now.getTime(),
    wish: row.wish,
    brake: braked,
    progress,
    rate,
    secondsLeft: progress === null ? null : secondsLeft(progress.rows, progress.totalRows, rate),
    liveness: viewOf(liveness),
    samples,
    lastEventId: last?.id ?? 0,
  };
}

function sampleOf(at: Date, progress: OperationProgress): LiveSample {
  return { at: at.getTime(), rows: progress.rows, bytes: progress.bytes };
}

/** When rows or bytes last went forward; the first sample counts as going forward from nothing. */
function movedAt(samples: readonly LiveSample[]): Date | null {
  for (let index = samples.length - 1; index >= 0; index--) {
    const [before, now] = [samples[index - 1], samples[index]!];
    if (before === undefined || before.rows !== now.rows || before.bytes !== now.bytes)
      return new Date(now.at);
  }
  return null;
}

function viewOf(liveness: Liveness): LivenessView {
  switch (liveness.verdict) {
    case "waiting":
    case "stalled":
      return { ...liveness, since: liveness.since.getTime() };
    case "slow":
      return liveness;
    case "moving":
    case "not running":
      return { verdict: liveness.verdict };
  }
}

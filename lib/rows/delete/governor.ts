/**
 * How large the next batch is, and whether to wait before it: a little more while all is well, half where it is not.
 * Pure; the signals are read elsewhere (signals.ts).
 */

export interface GovernorLimits {
  /** What a batch should take. Milliseconds. */
  readonly target: number;
  readonly minRows: number;
  readonly maxRows: number;
  /** Of the first batch. */
  readonly firstRows: number;
  /** What a standby may be behind. Milliseconds. */
  readonly replicaLag: number;
  /** Sessions of others that are at work. */
  readonly activeSessions: number;
  /** Sessions that wait for a lock. */
  readonly lockWaits: number;
}

export const DEFAULT_LIMITS: GovernorLimits = {
  target: 250,
  minRows: 50,
  maxRows: 50_000,
  firstRows: 1_000,
  replicaLag: 5_000,
  activeSessions: 50,
  lockWaits: 5,
};

/** What the database says of itself between two batches. */
export interface Signals {
  /** The slowest standby's; null where there is none. Milliseconds. */
  readonly replicaLag: number | null;
  readonly activeSessions: number;
  readonly lockWaits: number;
  /** WAL files that could not be archived since the last look. */
  readonly archiverFailures: number;
  /** The operator's own query, where there is one: true is well. */
  readonly custom: boolean | null;
}

export type Throttle =
  | "replica lag"
  | "active sessions"
  | "lock waits"
  | "archiver failures"
  | "operator's query"
  | "slow batches"
  | "lock not granted";

export interface Pace {
  /** Rows of the next batch. */
  readonly rows: number;
  /** To wait before it. Milliseconds. */
  readonly pause: number;
  /** Which signal slows it down; null where none does. */
  readonly throttle: Throttle | null;
}

export function firstPace(limits: GovernorLimits): Pace {
  return { rows: clamp(limits.firstRows, limits), pause: 0, throttle: null };
}

/** The first signal that is beyond its limit. */
export function throttleOf(signals: Signals, limits: GovernorLimits): Throttle | null {
  if (signals.custom === false) return "operator's query";
  if (signals.replicaLag !== null && signals.replicaLag > limits.replicaLag) return "replica lag";
  if (signals.archiverFailures > 0) return "archiver failures";
  if (signals.lockWaits > limits.lockWaits) return "lock waits";
  if (signals.activeSessions > limits.activeSessions) return "active sessions";
  return null;
}

/** Waits while a signal is beyond its limit. Milliseconds. */
const SHORTEST = 250;
const LONGEST = 10_000;

/** A signal is beyond its limit: nothing is sent for a while, longer each time, and then half as much. */
export function throttled(pace: Pace, throttle: Throttle, limits: GovernorLimits): Pace {
  const pause = Math.min(LONGEST, Math.max(SHORTEST, pace.pause * 2));
  return { rows: clamp(pace.rows / 2, limits), pause, throttle };
}

/** Additive increase: by this share of the largest batch. */
const STEP = 0.02;
/** Above this share of the target it is no step more; beyond the target it is cut. */
const NEAR = 0.85;

/** What comes after a batch that was let through. */
export function nextPace(
  last: { readonly pace: Pace; readonly milliseconds: number; readonly rows: number },
  limits: GovernorLimits,
): Pace {
  const { pace, milliseconds, rows } = last;
  const fits = (pace.rows * limits.target) / Math.max(1, milliseconds);
  if (milliseconds > limits.target * 1.1)
    return { rows: clamp(Math.max(pace.rows / 2, fits * NEAR), limits), pause: 0, throttle: "slow batches" };
  // The end of a table tells nothing of a full batch.
  if (rows < pace.rows || milliseconds > limits.target * NEAR) return { ...pace, pause: 0, throttle: null };
  // Far below the target it doubles, as at the start; near it it goes by steps, and never beyond what fits.
  const grown = fits > pace.rows * 3 ? pace.rows * 2 : pace.rows + limits.maxRows * STEP;
  return { rows: clamp(Math.min(grown, Math.max(pace.rows, fits * NEAR)), limits), pause: 0, throttle: null };
}

/** Another table's rows may be ten times as wide, with ten times as many indexes. */
export function nextTable(pace: Pace, limits: GovernorLimits): Pace {
  return { ...pace, rows: clamp(Math.min(pace.rows, limits.firstRows), limits) };
}

function clamp(rows: number, { minRows, maxRows }: GovernorLimits): number {
  return Math.round(Math.min(maxRows, Math.max(minRows, rows)));
}

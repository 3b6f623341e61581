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
  /** WAL that the whole server writes: standbys, archive and checkpoints have to follow. Bytes a second. */
  readonly walRate: number;
  /** Dead rows of the table whose rows go: no vacuum has come to them yet, and everybody's scans walk over them. */
  readonly deadRows: number;
  /** After which the server calls a batch off, which is tried again with half its rows. Milliseconds. */
  readonly statementTimeout: number;
}

export const DEFAULT_LIMITS: GovernorLimits = {
  target: 250,
  minRows: 50,
  maxRows: 50_000,
  firstRows: 1_000,
  replicaLag: 5_000,
  activeSessions: 50,
  lockWaits: 5,
  walRate: 200 * 1024 ** 2,
  deadRows: 5_000_000,
  statementTimeout: 120_000,
};

/** What the database says of itself between two batches. */
export interface Signals {
  /** The slowest standby's; null where there is none. Milliseconds. */
  readonly replicaLag: number | null;
  readonly activeSessions: number;
  readonly lockWaits: number;
  /** WAL files that could not be archived since the last look. */
  readonly archiverFailures: number;
  /** Since the last look, bytes a second; null at the first one. */
  readonly walRate: number | null;
  /** Whether a vacuum, the server's own or somebody's, is at work on the table whose rows go. */
  readonly vacuuming: boolean;
  /** Of that table. */
  readonly deadRows: number;
  /** The operator's own query, where there is one: true is well. */
  readonly custom: boolean | null;
}

export type Throttle =
  | "replica lag"
  | "active sessions"
  | "lock waits"
  | "archiver failures"
  | "WAL rate"
  | "vacuum"
  | "dead rows"
  | "operator's query"
  | "slow batches"
  | "statement timeout";

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
  if (signals.walRate !== null && signals.walRate > limits.walRate) return "WAL rate";
  return null;
}

/**
 * What is no reason to stand still, for it may last for hours and only batches make it: a vacuum is given air, a pause as
 * long as a batch before each.
 */
export function easeOf(signals: Signals, limits: GovernorLimits): Throttle | null {
  if (signals.vacuuming) return "vacuum";
  return signals.deadRows > limits.deadRows ? "dead rows" : null;
}

/** The server has called the batch off: half as much, down to a single row. Null where it was one. */
export function timedOut(pace: Pace): Pace | null {
  if (pace.rows <= 1) return null;
  return { rows: Math.floor(pace.rows / 2), pause: 0, throttle: "statement timeout" };
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
  // Far below the target it grows by half of what fits, as at the start, near it by steps, and never beyond what fits.
  const grown = fits > pace.rows * 3 ? fits / 2 : pace.rows + limits.maxRows * STEP;
  return { rows: clamp(Math.min(grown, Math.max(pace.rows, fits * NEAR)), limits), pause: 0, throttle: null };
}

/** Another table's rows may be ten times as wide, with ten times as many indexes. */
export function nextTable(pace: Pace, limits: GovernorLimits): Pace {
  return { ...pace, rows: clamp(Math.min(pace.rows, limits.firstRows), limits) };
}

function clamp(rows: number, { minRows, maxRows }: GovernorLimits): number {
  return Math.round(Math.min(maxRows, Math.max(minRows, rows)));
}

/**
 * How large a bundle will be and how long it will take, from the planner's statistics and from what earlier exports of
 * the same database came to. Pure: good to a factor, and nothing is counted for it.
 */

/** An export that ended well. */
export interface PastExport {
  readonly tenantKey: string | null;
  readonly rows: number;
  /** Of the file. */
  readonly bytes: number;
  readonly seconds: number;
}

/** What the server's statistics say of the tenant's tables. */
export interface Statistics {
  readonly rows: number;
  /** As its rows lie in the tables. */
  readonly bytes: number;
}

export interface Forecast {
  readonly rows: number;
  /** Of the file. */
  readonly bytes: number;
  readonly seconds: number;
  /** Whose earlier exports the size is told by; `statistics` where there were none. */
  readonly by: "tenant" | "database" | "statistics";
}

/** Bytes of a file for each byte in the tables, where nothing was exported yet; 0.17 to 0.25 were measured (gzip). */
const FILE_FOR_TABLE = 0.25;
/** A manifest and a seal. */
const SMALLEST_FILE = 4096;
/** Seconds before the first row and after the last, where nothing was exported yet. */
const OVERHEAD = 2;
/** Where nothing large was exported yet; docs/performance.md has more, on machines that do nothing else. */
const ROWS_PER_SECOND = 60_000;
/** Smaller exports say nothing about a rate: connecting took most of their time. */
const TELLS_A_RATE = 20_000;

/** @param past the latest first */
export function forecast(statistics: Statistics, past: readonly PastExport[], tenantKey: string): Forecast {
  const own = past.find((each) => each.tenantKey === tenantKey && each.rows > 0);
  const known = own === undefined ? past.filter(({ rows }) => rows > 0) : [own];
  const { rows } = statistics;
  const perRow = sum(known, "bytes") / Math.max(1, sum(known, "rows"));
  const bytes = known.length > 0 ? rows * perRow : statistics.bytes * FILE_FOR_TABLE;
  return {
    rows,
    bytes: Math.round(Math.max(SMALLEST_FILE, bytes)),
    seconds: secondsFor(rows, past),
    by: own !== undefined ? "tenant" : known.length > 0 ? "database" : "statistics",
  };
}

/** What every export takes, and then so many rows a second. */
function secondsFor(rows: number, past: readonly PastExport[]): number {
  const overhead = past.length > 0 ? Math.min(...past.map(({ seconds }) => seconds)) : OVERHEAD;
  const large = past.filter((each) => each.rows >= TELLS_A_RATE);
  const seconds = large.reduce((total, each) => total + Math.max(0.1, each.seconds - overhead), 0);
  const rate = large.length > 0 ? sum(large, "rows") / seconds : ROWS_PER_SECOND;
  return Math.ceil(overhead + rows / rate);
}

function sum(past: readonly PastExport[], of: "rows" | "bytes"): number {
  return past.reduce((total, each) => total + each[of], 0);
}

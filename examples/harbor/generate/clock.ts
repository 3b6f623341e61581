/** The demo's calendar: it ends on one afternoon, whenever it is loaded. Times in milliseconds since 1970. */

/** Harbor's first customers came in this week. */
export const OPENED = Date.UTC(2023, 2, 6, 7);
/** The demo's present. */
export const NOW = Date.UTC(2025, 5, 30, 16);

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** When row `row` of `count` happened: evenly from the opening to now, in the rows' order. `jitter` in 0–2^32. */
export function spread(row: number, count: number, jitter: number): number {
  return Math.floor(OPENED + ((NOW - OPENED) * (row + jitter / 4294967296)) / count);
}

/** `2024-05-17 08:31:07.250+00`. */
export function timestamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 23).replace("T", " ")}+00`;
}

/** `2024-05-17`. */
export function date(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Times and spans in the sentences of a plan. Pure. */

/** Milliseconds. */
export const HOUR = 3_600_000;

/** So many hours later. */
export function after(from: Date, add: number): Date {
  return new Date(from.getTime() + add * HOUR);
}

/** In UTC and to the minute: a plan is the same text for everybody. */
export function moment(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

export function hours(count: number): string {
  return plural(count, "hour");
}

export function plural(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}

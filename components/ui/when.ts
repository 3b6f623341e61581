/** Moments as text. Pure: the zone and the present are handed in. */
import { formatDuration } from "./quantities.ts";

/** In which the browser says its zone. */
export const ZONE_COOKIE = "tenantry-zone";

/** Sweden's form is ISO's: year, month, day; 24 hours. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  FORMATS.set(zone, made);
  return made;
}

/** Whether the platform knows a zone by this name; a cookie says anything. */
export function isZone(name: string): boolean {
  try {
    return format(name) !== undefined;
  } catch {
    return false;
  }
}

export type Precision = "minute" | "second" | "day";

const LENGTH: Readonly<Record<Precision, number>> = { day: 10, minute: 16, second: 19 };

/** `2026-03-04 10:02` in a zone. */
export function formatMoment(at: Date, zone: string, precision: Precision = "minute"): string {
  return format(zone).format(at).slice(0, LENGTH[precision]);
}

/** `2026-03-04 10:02:07 UTC`, for who hovers over it. */
export function formatUtc(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `3 m ago`, `in 5 h 12 m`, `just now`. */
export function formatAge(at: Date, now: number): string {
  const seconds = (now - at.getTime()) / 1000;
  if (Math.abs(seconds) < 10) return "just now";
  const text = formatDuration(Math.abs(coarse(seconds)));
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** Whole minutes above a minute, whole hours above a day: an age that jumps each second is noise. */
function coarse(seconds: number): number {
  const size = Math.abs(seconds);
  const step = size >= 172_800 ? 86_400 : size >= 86_400 ? 3_600 : size >= 60 ? 60 : 1;
  return Math.trunc(seconds / step) * step;
}

/**
 * Quantities as text, the same on every page: rows with thin spaces, bytes in binary units, durations as
 * `3 m 12 s`. Pure, so that server and browser write the same.
 */

/** Between thousands, and between a number and its unit; neither breaks. */
const THIN = "\u202f";
const UNIT = "\u00a0";

/** 48211 → `48 211`. */
export function formatCount(value: number): string {
  const whole = Math.round(value);
  const digits = String(Math.abs(whole)).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
  return whole < 0 ? `−${digits}` : digits;
}

/** `1 row`, `48 211 rows`. */
export function formatRows(rows: number): string {
  return formatNoun(rows, "row", "rows");
}

/** `1 table`, `31 tables`. */
export function formatNoun(value: number, one: string, many: string): string {
  return `${formatCount(value)}${UNIT}${Math.round(value) === 1 ? one : many}`;
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** 13002342 → `12.4 MiB`; three digits at most, and no decimals of single bytes. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  // 1023.95 would round to "1024" of the unit below.
  while (value >= 1023.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const text =
    unit === 0 || value >= 99.95 ? String(Math.round(value)) : value.toFixed(value >= 9.995 ? 1 : 2);
  return `${bytes < 0 ? "−" : ""}${text}${UNIT}${BYTE_UNITS[unit]}`;
}

const SPANS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
  [1, "s"],
] as const;

/** 192 → `3 m 12 s`; the two largest units, `0.4 s` under a second. */
export function formatDuration(seconds: number): string {
  if (seconds < 0) return `−${formatDuration(-seconds)}`;
  if (seconds < 1) return seconds < 0.05 ? `0${UNIT}s` : `${seconds.toFixed(1)}${UNIT}s`;
  let rest = roundToTwoUnits(seconds);
  const parts: string[] = [];
  for (const [span, unit] of SPANS) {
    const value = Math.floor(rest / span);
    rest -= value * span;
    if (value > 0) parts.push(`${value}${UNIT}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(UNIT);
}

/** To the smaller of the two units shown, so that 3599.7 s is `1 h` and not `59 m 59 s`. */
function roundToTwoUnits(seconds: number): number {
  const step = seconds >= 86_400 ? 3_600 : seconds >= 3_600 ? 60 : 1;
  return Math.round(seconds / step) * step;
}

/** `12 %`, and never a rounded 100 or 0 that is not one. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return `0${UNIT}%`;
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 1) return `<1${UNIT}%`;
  if (percent < 100 && percent > 99) return `>99${UNIT}%`;
  return `${Math.round(percent)}${UNIT}%`;
}

/** A rate: `12 400 rows/s`. */
export function formatRate(rowsPerSecond: number): string {
  return `${formatCount(rowsPerSecond)}${UNIT}rows/s`;
}

/** What stands where nothing is known: missing is not zero. */
export const UNKNOWN = "–";

/** `9f2c41…e1b0`: a hash or an id in the width of a column. */
export function elideMiddle(text: string, head = 6, tail = 4): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

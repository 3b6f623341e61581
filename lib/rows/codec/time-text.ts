/**
 * Dates and times as Postgres prints them under `DateStyle = ISO`, `IntervalStyle = postgres` and UTC, read into the
 * numbers that it stores. Only what an output function prints is read: a day that no month has, a fraction with a zero
 * at its end, a year with one in front come to nothing.
 *
 * PostgreSQL documentation, 8.5 Date/Time Types.
 */

const MINUS = 0x2d;

/** What `infinity` is stored as; its negative is one less than the negated number. */
const LAST_DAY = 0x7fffffff;
const LAST_MICROSECOND = 2n ** 63n - 1n;

/** Days from 2000-01-01, where Postgres counts from, to a day of the Gregorian calendar drawn out both ways. */
function daysOf(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = ((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    ((yearOfEra / 4) | 0) -
    ((yearOfEra / 100) | 0) +
    dayOfYear +
    day -
    730_426
  );
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Two digits; NaN where they are none, so that every comparison with the result fails. */
function two(text: Uint8Array, at: number): number {
  const tens = (text[at] as number) - 0x30;
  const ones = (text[at + 1] as number) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The days of `2024-02-29` at `start`; NaN for anything else. */
function daysAt(text: Uint8Array, start: number): number {
  if (text[start + 4] !== MINUS || text[start + 7] !== MINUS) return Number.NaN;
  const year = two(text, start) * 100 + two(text, start + 2);
  return year >= 1 ? daysOf(year, two(text, start + 5), two(text, start + 8)) : Number.NaN;
}

/** Years that do not have four digits, or lie before our era: of more digits than four the first is none that may lack. */
const FAR_DATE = /^(\d{4}|[1-9]\d{4,6})-(\d\d)-(\d\d)(.*?)( BC)?$/;

function farDays(match: RegExpExecArray): number {
  const year = Number(match[1]);
  if (year === 0) return Number.NaN;
  return daysOf(match[5] === undefined ? year : 1 - year, Number(match[2]), Number(match[3]));
}

/** A date as the server stores it: days from 2000-01-01, `infinity` as its largest int4. NaN where it is none. */
export function dateValue(text: Buffer, start: number, end: number): number {
  const days = end - start === 10 ? daysAt(text, start) : Number.NaN;
  if (!Number.isNaN(days)) return days;
  const written = text.toString("latin1", start, end);
  if (written === "infinity") return LAST_DAY;
  if (written === "-infinity") return -LAST_DAY - 1;
  const match = FAR_DATE.exec(written);
  return match?.[4] === "" ? farDays(match) : Number.NaN;
}

const DAY = 86_400_000_000;
/** Days from 2000 on either side within which microseconds stay below 2^53. */
const NEAR_DAYS = 100_000;
const SCALE = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/** Microseconds of `12:34:56.789`; NaN where the text is no time of a day. */
function microseconds(text: Uint8Array, start: number, end: number): number {
  if (text[start + 2] !== 0x3a || text[start + 5] !== 0x3a) return Number.NaN;
  const hours = two(text, start);
  const minutes = two(text, start + 3);
  const seconds = two(text, start + 6);
  if (!(hours < 24 && minutes < 60 && seconds < 60)) return Number.NaN;
  const whole = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000;
  return end === start + 8 ? whole : whole + fraction(text, start + 8, end);
}

/** Microseconds of `.789`; NaN for any other form. */
function fraction(text: Uint8Array, start: number, end: number): number {
  const digits = end - start - 1;
  if (text[start] !== 0x2e || !(digits >= 1 && digits <= 6) || text[end - 1] === 0x30) return Number.NaN;
  let value = 0;
  for (let at = start + 1; at < end; at++) {
    const digit = (text[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value * (SCALE[digits] as number);
}

/** Microseconds of a `time`, which knows an hour more than a timestamp: 24:00:00. NaN where it is none. */
export function timeValue(text: Buffer, start: number, end: number): number {
  if (end - start === 8 && text.toString("latin1", start, end) === "24:00:00") return DAY;
  return end - start < 8 ? Number.NaN : microseconds(text, start, end);
}

/**
 * A timestamp as the server stores it: microseconds from 2000-01-01, `infinity` as its largest int8; a number where
 * a double holds it. Null where it is none.
 *
 * @param zone what stands behind it: `+00` for timestamptz under UTC
 */
export function timestampValue(
  text: Buffer,
  start: number,
  end: number,
  zone: "" | "+00",
): number | bigint | null {
  const zoned = zone !== "";
  const to = zoned ? end - 3 : end;
  const utc = !zoned || (text[to] === 0x2b && text[to + 1] === 0x30 && text[to + 2] === 0x30);
  const days = utc && to - start >= 19 && text[start + 10] === 0x20 ? daysAt(text, start) : Number.NaN;
  const micros = microseconds(text, start + 11, to);
  return days > -NEAR_DAYS && days < NEAR_DAYS && micros >= 0
    ? days * DAY + micros
    : farTimestamp(text.toString("latin1", start, end), zone);
}

function farTimestamp(written: string, zone: string): bigint | null {
  if (written === "infinity") return LAST_MICROSECOND;
  if (written === "-infinity") return -LAST_MICROSECOND - 1n;
  const match = FAR_DATE.exec(written);
  const time = match?.[4] ?? "";
  if (match === null || time[0] !== " " || !time.endsWith(zone)) return null;
  const inside = Buffer.from(time.slice(1, time.length - zone.length), "latin1");
  const micros = inside.length < 8 ? Number.NaN : microseconds(inside, 0, inside.length);
  const days = farDays(match);
  return Number.isNaN(micros) || Number.isNaN(days) ? null : BigInt(days) * BigInt(DAY) + BigInt(micros);
}

/** The parts of an interval as the server stores them. */
export interface IntervalValue {
  readonly months: number;
  readonly days: number;
  readonly microseconds: bigint;
}

const INTERVAL =
  /^(?:([+-]?\d+) years?)?(?: ?([+-]?\d+) mons?)?(?: ?([+-]?\d+) days?)?(?: ?([+-]?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?$/;

/** Null for what has not this form; `infinity`, which Postgres 17 prints, is all three at their largest. */
export function intervalValue(text: Buffer, start: number, end: number): IntervalValue | null {
  const written = text.toString("latin1", start, end);
  if (written === "infinity") return { months: LAST_DAY, days: LAST_DAY, microseconds: LAST_MICROSECOND };
  if (written === "-infinity")
    return { months: -LAST_DAY - 1, days: -LAST_DAY - 1, microseconds: -LAST_MICROSECOND - 1n };
  const match = INTERVAL.exec(written);
  if (match === null || written === "") return null;
  const [, years = "0", months = "0", days = "0", sign = "", hours = "0", minutes = "0", seconds = "0"] =
    match;
  const whole = (BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  const micros = whole * 1_000_000n + BigInt((match[8] ?? "").padEnd(6, "0"));
  const value = {
    months: Number(years) * 12 + Number(months),
    days: Number(days),
    microseconds: sign === "-" ? -micros : micros,
  };
  const fits =
    isInt4(value.months) &&
    isInt4(value.days) &&
    BigInt.asIntN(64, value.microseconds) === value.microseconds;
  return fits ? value : null;
}

function isInt4(value: number): boolean {
  return (value | 0) === value;
}

/**
 * A value's text as what Postgres hashes of it, for the digest of rows: an integer's bits, a uuid's bytes, a
 * timestamp's microseconds. Only the text that the output function prints is read; any other form of a value
 * (a uuid in capitals, a number with a leading zero) hashes as text, and so equals nothing that can be stored.
 *
 * PostgreSQL documentation, 8.5 Date/Time Types: under `DateStyle = ISO` and UTC, a fraction without trailing zeros.
 */
import type { RecordSums } from "../../postgres/hash-record.ts";
import { HEX_VALUES } from "./byte-tables.ts";
import { CANONICAL, parseUuid } from "./uuid.ts";

/** How a column's values are hashed, each for itself. */
export type HashedAs =
  | "bool"
  | "integer"
  | "int8"
  | "uuid"
  | "text"
  | "bytea"
  | "date"
  | "timestamp"
  | "timestamptz";

/** Adds the field whose plain text is `text[start, end)`; the text is never of a NULL. */
export type FieldHash = (text: Buffer, start: number, end: number) => void;

export function createFieldHash(kind: HashedAs, sums: RecordSums): FieldHash {
  switch (kind) {
    case "text":
      return sums.bytes;
    case "bool":
      return (text, start) => sums.word(text[start] === 0x74 ? 1 : 0);
    case "integer":
    case "int8":
      return integerHash(kind === "int8", sums);
    case "uuid":
      return uuidHash(sums);
    case "bytea":
      return byteaHash(sums);
    case "date":
      return dateHash(sums);
    case "timestamp":
      return timestampHash("", sums);
    case "timestamptz":
      return timestampHash("+00", sums);
  }
}

const MINUS = 0x2d;
/** So many decimal digits a double holds exactly. */
const EXACT_DIGITS = 15;
const TWO_32 = 0x100000000;

/** A number within ±2^53 as the two halves of its two's complement. */
function putNumber(value: number, sums: RecordSums): void {
  sums.words(value | 0, Math.floor(value / TWO_32) | 0);
}

function putBigInt(value: bigint, sums: RecordSums): void {
  sums.words(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
}

function integerHash(wide: boolean, sums: RecordSums): FieldHash {
  return (text, start, end) => {
    const value = integerAt(text, start, end);
    if (Number.isNaN(value)) sums.bytes(text, start, end);
    else if (!wide) sums.word(value | 0);
    else if (end - start <= EXACT_DIGITS) putNumber(value, sums);
    else putBigInt(BigInt(text.toString("latin1", start, end)), sums);
  };
}

/** As near as a double comes to it; NaN where the text is no integer as Postgres prints it. */
function integerAt(text: Buffer, start: number, end: number): number {
  const negative = text[start] === MINUS;
  const first = negative ? start + 1 : start;
  // "0" alone begins with one, and nothing is "-0".
  if (first === end || (text[first] === 0x30 && (end > first + 1 || negative))) return Number.NaN;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = (text[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

function uuidHash(sums: RecordSums): FieldHash {
  const bytes = Buffer.alloc(16);
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return (text, start, end) => {
    if (parseUuid(text, start, end, bytes) !== CANONICAL) sums.bytes(text, start, end);
    else
      sums.uuid(
        words.getInt32(0, true),
        words.getInt32(4, true),
        words.getInt32(8, true),
        words.getInt32(12, true),
      );
  };
}

/** Values of the digits that Postgres prints; 4096 elsewhere, which stays visible when others are added. */
const LOWER_HEX = Uint16Array.from(HEX_VALUES, (value, byte) =>
  value > 15 || (byte > 0x40 && byte < 0x5b) ? 4096 : value,
);

function byteaHash(sums: RecordSums): FieldHash {
  let plain = Buffer.alloc(1024);

  /** Gives how many bytes the digits in `text[start, end)` stand for, or -1 where they are none. */
  function decode(text: Buffer, start: number, end: number): number {
    const length = (end - start) >> 1;
    if (((end - start) & 1) === 1) return -1;
    if (plain.length < length) plain = Buffer.allocUnsafeSlow(length * 2);
    let bad = 0;
    for (let at = 0, from = start; at < length; at++, from += 2) {
      const high = LOWER_HEX[text[from] as number] as number;
      const byte = (high << 4) | (LOWER_HEX[text[from + 1] as number] as number);
      bad |= byte;
      plain[at] = byte;
    }
    return bad > 255 ? -1 : length;
  }

  return (text, start, end) => {
    const prefixed = end - start >= 2 && text[start] === 0x5c && text[start + 1] === 0x78;
    const length = prefixed ? decode(text, start + 2, end) : -1;
    if (length < 0) sums.bytes(text, start, end);
    else sums.bytes(plain, 0, length);
  };
}

/** Days from 2000-01-01, where Postgres counts from, to a day of the Gregorian calendar drawn out both ways. */
function daysOf(year: number, month: number, day: number): number {
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

/** Two digits; NaN where they are none, so that every comparison with the result fails. */
function two(text: Buffer, at: number): number {
  const tens = (text[at] as number) - 0x30;
  const ones = (text[at + 1] as number) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The days of `2024-02-29` at `start`; NaN for anything else. */
function daysAt(text: Buffer, start: number): number {
  if (text[start + 4] !== MINUS || text[start + 7] !== MINUS) return Number.NaN;
  const month = two(text, start + 5);
  if (!(month >= 1 && month <= 12)) return Number.NaN;
  return daysOf(two(text, start) * 100 + two(text, start + 2), month, two(text, start + 8));
}

/** Years that do not have four digits, or lie before our era. */
const FAR_DATE = /^(\d{4,7})-(\d\d)-(\d\d)(.*?)( BC)?$/;

function farDays(match: RegExpExecArray): number {
  const year = Number(match[1]);
  return daysOf(match[5] === undefined ? year : 1 - year, Number(match[2]), Number(match[3]));
}

function dateHash(sums: RecordSums): FieldHash {
  function far(text: Buffer, start: number, end: number): void {
    const written = text.toString("latin1", start, end);
    const match = FAR_DATE.exec(written);
    if (written === "infinity") sums.word(0x7fffffff);
    else if (written === "-infinity") sums.word(-0x80000000);
    else if (match?.[4] === "") sums.word(farDays(match));
    else sums.bytes(text, start, end);
  }
  return (text, start, end) => {
    const days = end - start === 10 ? daysAt(text, start) : Number.NaN;
    if (Number.isNaN(days)) far(text, start, end);
    else sums.word(days);
  };
}

const DAY = 86_400_000_000;
/** Days from 2000 on either side within which microseconds stay below 2^53. */
const NEAR_DAYS = 100_000;
const SCALE = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/** Microseconds of `12:34:56.789` and the zone behind it; NaN where the text is no such time. */
function microseconds(text: Buffer, start: number, end: number): number {
  if (text[start + 2] !== 0x3a || text[start + 5] !== 0x3a) return Number.NaN;
  const hours = two(text, start);
  const minutes = two(text, start + 3);
  const seconds = two(text, start + 6);
  if (!(hours < 24 && minutes < 60 && seconds < 60)) return Number.NaN;
  const whole = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000;
  if (end === start + 8) return whole;
  const digits = end - start - 9;
  if (text[start + 8] !== 0x2e || digits < 1 || digits > 6 || text[end - 1] === 0x30) return Number.NaN;
  let fraction = 0;
  for (let at = start + 9; at < end; at++) {
    const digit = (text[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    fraction = fraction * 10 + digit;
  }
  return whole + fraction * (SCALE[digits] as number);
}

function timestampHash(zone: "" | "+00", sums: RecordSums): FieldHash {
  const zoned = zone !== "";

  function far(text: Buffer, start: number, end: number): void {
    const written = text.toString("latin1", start, end);
    const match = FAR_DATE.exec(written);
    const time = match?.[4] ?? "";
    const inside = Buffer.from(time.slice(1, time.length - zone.length), "latin1");
    const micros = microseconds(inside, 0, inside.length);
    const isTime = match !== null && time[0] === " " && time.endsWith(zone) && !Number.isNaN(micros);
    if (written === "infinity") sums.words(-1, 0x7fffffff);
    else if (written === "-infinity") sums.words(0, -0x80000000);
    else if (isTime) putBigInt(BigInt(farDays(match)) * BigInt(DAY) + BigInt(micros), sums);
    else sums.bytes(text, start, end);
  }

  return (text, start, end) => {
    const to = zoned ? end - 3 : end;
    const utc = !zoned || (text[to] === 0x2b && text[to + 1] === 0x30 && text[to + 2] === 0x30);
    const days = utc && to - start >= 19 && text[start + 10] === 0x20 ? daysAt(text, start) : Number.NaN;
    const micros = microseconds(text, start + 11, to);
    if (days > -NEAR_DAYS && days < NEAR_DAYS && micros >= 0) putNumber(days * DAY + micros, sums);
    else far(text, start, end);
  };
}

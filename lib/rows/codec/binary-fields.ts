/**
 * Values from the text that Postgres prints into COPY's binary form, and how the database hashes each: what the server
 * need not parse again is a quarter of its time. Only types whose binary form is simple and has stayed the same are
 * here; a table with a column of any other is loaded as text.
 *
 * PostgreSQL documentation, COPY, Binary Format; the forms are those of each type's receive function.
 */
import type { Column } from "../../catalog/catalog.ts";
import type { RecordSums } from "../../postgres/hash-record.ts";
import { putFloat4, putFloat8, putNumeric } from "./binary-numbers.ts";
import { putInet, putJsonb, putPoint, putText, putTsvector } from "./binary-texts.ts";
import { EXACT_LENGTH, integerAt, putHexBytes } from "./integer-text.ts";
import { dateValue, intervalValue, timestampValue, timeValue } from "./time-text.ts";
import { CANONICAL, parseUuid, printedUuid } from "./uuid.ts";

/**
 * Writes the value whose plain text is `text[start, end)` at `target[at]` and gives the place after, or -1 where the
 * text is not what the type prints. It needs no more than twice the text's length and `MOST_BESIDE` bytes.
 */
export type PutBinary = (text: Buffer, start: number, end: number, target: Buffer, at: number) => number;

/** Adds the hash of the value that was written in `target[start, end)`, as the server hashes what it reads of it. */
export type HashBinary = (target: Buffer, start: number, end: number, sums: RecordSums) => void;

export interface BinaryField {
  readonly put: PutBinary;
  /** Null where the digest is of the value's text. */
  readonly hash: HashBinary | null;
  /** Whether what is written is the text itself. */
  readonly verbatim: boolean;
}

/** A numeric's head, an interval, an address. */
export const MOST_BESIDE = 32;

const hashWord: HashBinary = (target, start, _, sums) => sums.word(target.readInt32BE(start));
const hashWords: HashBinary = (target, start, _, sums) =>
  sums.words(target.readInt32BE(start + 4), target.readInt32BE(start));
const hashBytes: HashBinary = (target, start, end, sums) => sums.bytes(target, start, end);

const byValue = (put: PutBinary, hash: HashBinary): BinaryField => ({ put, hash, verbatim: false });
const byText = (put: PutBinary): BinaryField => ({ put, hash: null, verbatim: false });
const VERBATIM: BinaryField = { put: putText, hash: hashBytes, verbatim: true };

const FIELDS: Readonly<Record<string, BinaryField>> = {
  "pg_catalog.bool": byValue(putBool, (target, start, _, sums) => sums.word(target[start] as number)),
  "pg_catalog.int2": byValue(putInt2, (target, start, _, sums) => sums.word(target.readInt16BE(start))),
  "pg_catalog.int4": byValue(putInt4, hashWord),
  "pg_catalog.int8": byValue(putInt8, hashWords),
  "pg_catalog.uuid": byValue(putUuidBytes, (target, start, _, sums) =>
    sums.uuid(
      target.readInt32LE(start),
      target.readInt32LE(start + 4),
      target.readInt32LE(start + 8),
      target.readInt32LE(start + 12),
    ),
  ),
  "pg_catalog.text": VERBATIM,
  "pg_catalog.varchar": VERBATIM,
  "pg_catalog.bpchar": VERBATIM,
  "pg_catalog.json": VERBATIM,
  "pg_catalog.bytea": byValue(putHexBytes, hashBytes),
  "pg_catalog.date": byValue(putDate, hashWord),
  "pg_catalog.timestamp": byValue(putTimestamp(""), hashWords),
  "pg_catalog.timestamptz": byValue(putTimestamp("+00"), hashWords),
  "pg_catalog.time": byText(putTime),
  "pg_catalog.interval": byText(putInterval),
  "pg_catalog.numeric": byText(putNumeric),
  "pg_catalog.float4": byText(putFloat4),
  "pg_catalog.float8": byText(putFloat8),
  "pg_catalog.point": byText(putPoint),
  "pg_catalog.jsonb": byText(putJsonb),
  "pg_catalog.tsvector": byText(putTsvector),
  "pg_catalog.inet": byText(putInet),
};

/** How a column's values are written, a domain's as those of the type below; null where they are not. */
export function binaryField(column: Pick<Column, "baseType" | "typeKind">): BinaryField | null {
  // enum_recv reads the label.
  return column.typeKind === "enum" ? VERBATIM : (FIELDS[column.baseType] ?? null);
}

function putBool(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const written = text.toString("latin1", start, end);
  if (written !== "true" && written !== "false" && written !== "t" && written !== "f") return -1;
  target[at] = written.startsWith("t") ? 1 : 0;
  return at + 1;
}

function putInt2(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const value = integerAt(text, start, end);
  return (value << 16) >> 16 === value ? target.writeInt16BE(value, at) : -1;
}

function putInt4(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const value = integerAt(text, start, end);
  return (value | 0) === value ? target.writeInt32BE(value, at) : -1;
}

function putInt8(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const value = integerAt(text, start, end);
  if (Number.isNaN(value)) return -1;
  if (end - start <= EXACT_LENGTH) return putNumber(value, target, at);
  const exact = BigInt(text.toString("latin1", start, end));
  return BigInt.asIntN(64, exact) === exact ? target.writeBigInt64BE(exact, at) : -1;
}

/** A number within ±2^53 as the two halves of its two's complement. */
function putNumber(value: number, target: Buffer, at: number): number {
  target.writeInt32BE(Math.floor(value / 0x100000000) | 0, at);
  return target.writeInt32BE(value | 0, at + 4);
}

const uuid = Buffer.alloc(16);

function putUuidBytes(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const printed = end - start === text.length ? printedUuid(text) : null;
  if (printed === null && parseUuid(text, start, end, uuid) !== CANONICAL) return -1;
  const bytes = printed ?? uuid;
  for (let i = 0; i < 16; i++) target[at + i] = bytes[i] as number;
  return at + 16;
}

function putDate(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const value = dateValue(text, start, end);
  return (value | 0) === value ? target.writeInt32BE(value, at) : -1;
}

function putTimestamp(zone: "" | "+00"): PutBinary {
  return (text, start, end, target, at) => {
    const value = timestampValue(text, start, end, zone);
    if (typeof value === "number") return putNumber(value, target, at);
    return value !== null && BigInt.asIntN(64, value) === value ? target.writeBigInt64BE(value, at) : -1;
  };
}

function putTime(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const value = timeValue(text, start, end);
  return Number.isNaN(value) ? -1 : putNumber(value, target, at);
}

/** interval_recv: microseconds, days, months. */
function putInterval(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const value = intervalValue(text, start, end);
  if (value === null) return -1;
  target.writeBigInt64BE(value.microseconds, at);
  target.writeInt32BE(value.days, at + 8);
  return target.writeInt32BE(value.months, at + 12);
}

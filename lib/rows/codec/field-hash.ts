/**
 * A value's text as what Postgres hashes of it, for the digest of rows: an integer's bits, a uuid's bytes, a
 * timestamp's microseconds. Only the text that the output function prints is read; any other form of a value
 * (a uuid in capitals, a number with a leading zero) hashes as text, and so equals nothing that can be stored.
 */
import type { RecordSums } from "../../postgres/hash-record.ts";
import { EXACT_LENGTH, integerAt, putHexBytes } from "./integer-text.ts";
import { dateValue, timestampValue } from "./time-text.ts";
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
    else if (end - start <= EXACT_LENGTH) putNumber(value, sums);
    else putBigInt(BigInt(text.toString("latin1", start, end)), sums);
  };
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

function byteaHash(sums: RecordSums): FieldHash {
  let plain = Buffer.alloc(1024);
  return (text, start, end) => {
    if (plain.length < end - start) plain = Buffer.allocUnsafeSlow((end - start) * 2);
    const length = putHexBytes(text, start, end, plain, 0);
    if (length < 0) sums.bytes(text, start, end);
    else sums.bytes(plain, 0, length);
  };
}

function dateHash(sums: RecordSums): FieldHash {
  return (text, start, end) => {
    const days = dateValue(text, start, end);
    if (Number.isNaN(days)) sums.bytes(text, start, end);
    else sums.word(days);
  };
}

function timestampHash(zone: "" | "+00", sums: RecordSums): FieldHash {
  return (text, start, end) => {
    const value = timestampValue(text, start, end, zone);
    if (value === null) sums.bytes(text, start, end);
    else if (typeof value === "number") putNumber(value, sums);
    else putBigInt(value, sums);
  };
}

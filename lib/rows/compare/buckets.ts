/**
 * A table's rows in buckets by a hash of their key, each with its digest: where tables differ, only the rows of
 * the buckets that differ are looked at one by one.
 */
import { type Finding, Refusal } from "../../findings/finding.ts";
import { hashBytesExtended } from "../../postgres/hash-bytes.ts";
import { createHashSums } from "../../postgres/hash-sums.ts";
import { createLineScanner } from "../codec/line-scanner.ts";
import type { CompareTable, LinesDigest } from "./side.ts";

export const BUCKETS = 256;

export interface Bucket extends LinesDigest {
  readonly bytes: number;
}

/** Where a line belongs: its key's bytes as they stand in the line, and the bucket of their hash. */
export interface KeyReader {
  /** Reads the line at `start`; to be called before the others. */
  read(buffer: Buffer, start: number, end: number): void;
  bucket(): number;
  /** The key as text: equal for equal keys, for both sides write values the same way. */
  text(): string;
  /** Whether other rows may have the same key: a unique key lets those with a NULL in it be as many as they like. */
  repeats(): boolean;
}

/** For a table without a key the whole line is the key. */
export function createKeyReader(table: CompareTable): KeyReader {
  const scanner = createLineScanner(table.columns);
  const places = table.key?.map((name) => table.columns.findIndex((column) => column.name === name)) ?? [];
  const keyed = places.length > 0 && places.every((place) => place >= 0);
  const hash = new Uint32Array(2);
  let source: Buffer = Buffer.alloc(0);
  let from = 0;
  let to = 0;
  const span = (place: number): [number, number] => [scanner.starts[place]!, scanner.ends[place]!];
  return {
    read(buffer, start, end) {
      source = buffer;
      from = start;
      to = end;
      if (keyed && scanner.scan(buffer, start) === -1) throw new Refusal(malformed(table.id));
    },
    bucket() {
      if (!keyed) {
        hashBytesExtended(source, from, to, 0, hash);
        return hash[0]! % BUCKETS;
      }
      let mixed = 0;
      for (const place of places) {
        const [start, end] = span(place);
        if (start >= 0) hashBytesExtended(source, start, end, 0, hash);
        mixed = (Math.imul(mixed, 31) + (start >= 0 ? hash[0]! : 1)) | 0;
      }
      return (mixed >>> 0) % BUCKETS;
    },
    repeats: () => keyed && places.some((place) => scanner.starts[place]! < 0),
    text() {
      if (!keyed) return source.toString("utf8", from, to);
      return places
        .map((place) => {
          const [start, end] = span(place);
          return start < 0 ? "null" : JSON.stringify(source.toString("utf8", start, end));
        })
        .join(",");
    },
  };
}

export function createBuckets() {
  const sums = Array.from({ length: BUCKETS }, () => createHashSums());
  const bytes = new Float64Array(BUCKETS);
  return {
    add(bucket: number, buffer: Buffer, start: number, end: number): void {
      sums[bucket]!.add(buffer, start, end);
      bytes[bucket]! += end - start + 1;
    },
    finish: (): Bucket[] =>
      sums.map((sum, index) => ({ rows: sum.count, sums: sum.sums(), bytes: bytes[index]! })),
  };
}

export function sameDigest(a: LinesDigest | undefined, b: LinesDigest | undefined): boolean {
  if (a === undefined || b === undefined) return (a?.rows ?? 0) === (b?.rows ?? 0);
  return a.rows === b.rows && a.sums[0] === b.sums[0] && a.sums[1] === b.sums[1];
}

/** A seal proves that a file is as it was made, and not that Tenantry made it. */
function malformed(where: string): Finding {
  return {
    code: "line-malformed",
    severity: "blocks",
    where,
    what: "One of its lines is not of the form in which rows stand in a bundle.",
    todo: "The bundle was not written by Tenantry: export the tenant again.",
  };
}

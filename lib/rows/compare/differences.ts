/** The rows that differ, found bucket by bucket: added, removed, changed, and in which columns. */
import { createLineScanner } from "../codec/line-scanner.ts";
import { type Bucket, createKeyReader, sameDigest } from "./buckets.ts";
import { forEachLine } from "./lines.ts";
import type { CompareSide, CompareTable } from "./side.ts";

export interface TableDifference {
  /** Rows of the second side that the first has not. */
  readonly added: number;
  /** Rows of the first side that the second has not. */
  readonly removed: number;
  /** Rows of both by their key, with other values. */
  readonly changed: number;
  /** Changed rows by column. */
  readonly columns: Readonly<Record<string, number>>;
}

/** A row that differs, as its lines on either side. */
export type RowDifference =
  | { readonly kind: "added"; readonly before: null; readonly after: string }
  | { readonly kind: "removed"; readonly before: string; readonly after: null }
  | { readonly kind: "changed"; readonly before: string; readonly after: string };

/** Takes rows that differ, as they are found: whoever wants to show some says when there are enough. */
export interface RowExamples {
  wants(table: string): boolean;
  take(table: string, row: RowDifference): void;
}

/** Bytes of lines that are held at once; the rest waits for another pass. */
const HELD_BYTES = 64 * 1024 * 1024;

/** A table with the buckets that differ. */
export interface Suspect {
  readonly table: CompareTable;
  readonly buckets: readonly number[];
}

/** Which buckets to look at, cut into passes that each hold a bounded number of the first side's bytes. */
export function planPasses(
  tables: readonly CompareTable[],
  first: ReadonlyMap<string, readonly Bucket[]>,
  second: ReadonlyMap<string, readonly Bucket[]>,
): Suspect[][] {
  const passes: Suspect[][] = [];
  let pass = new Map<string, { table: CompareTable; buckets: number[] }>();
  let held = 0;
  for (const table of tables) {
    const a = first.get(table.id) ?? [];
    const b = second.get(table.id) ?? [];
    for (let bucket = 0; bucket < Math.max(a.length, b.length); bucket++) {
      if (sameDigest(a[bucket], b[bucket])) continue;
      const bytes = a[bucket]?.bytes ?? 0;
      if (held + bytes > HELD_BYTES && pass.size > 0) {
        passes.push([...pass.values()]);
        pass = new Map();
        held = 0;
      }
      held += bytes;
      const entry = pass.get(table.id) ?? { table, buckets: [] };
      entry.buckets.push(bucket);
      pass.set(table.id, entry);
    }
  }
  return pass.size > 0 ? [...passes, [...pass.values()]] : passes;
}

/** Holds the first side's rows of the suspect buckets and lets the second side's go by. */
export async function findDifferences(
  first: CompareSide,
  second: CompareSide,
  suspects: readonly Suspect[],
  examples?: RowExamples,
): Promise<Map<string, TableDifference>> {
  const states = new Map(suspects.map((suspect) => [suspect.table.id, createState(suspect, examples)]));
  const wanted = new Set(states.keys());
  for await (const { table, lines } of first.read(wanted)) await forEachLine(lines, states.get(table)!.hold);
  for await (const { table, lines } of second.read(wanted)) await forEachLine(lines, states.get(table)!.meet);
  return new Map([...states].map(([table, state]) => [table, state.finish()]));
}

function createState({ table, buckets }: Suspect, examples?: RowExamples) {
  const reader = createKeyReader(table);
  const wanted = new Set(buckets);
  const held = new Map<string, Buffer[]>();
  /** Of rows whose key may repeat: which of the others each of them has become is only known at the end. */
  const unmatched = new Map<string, Buffer[]>();
  const columns: Record<string, number> = {};
  let added = 0;
  let changed = 0;
  const left = createLineScanner(table.columns);
  const right = createLineScanner(table.columns);

  function example(kind: RowDifference["kind"], before: Buffer | null, after: Buffer | null): void {
    if (examples?.wants(table.id) !== true) return;
    const text = (line: Buffer | null) => line?.toString("utf8").replace(/\n$/, "") ?? null;
    examples.take(table.id, { kind, before: text(before), after: text(after) } as RowDifference);
  }

  function countAdded(line: Buffer): void {
    added++;
    example("added", null, line);
  }

  function countChange(a: Buffer, b: Buffer, start: number, end: number): void {
    changed++;
    example("changed", a, b.subarray(start, end));
    left.scan(a, 0);
    right.scan(b, start);
    table.columns.forEach(({ name }, at) => {
      const mine = left.starts[at]! < 0 ? null : a.subarray(left.starts[at]!, left.ends[at]!);
      const theirs = right.starts[at]! < 0 ? null : b.subarray(right.starts[at]!, right.ends[at]!);
      const equal = mine === null || theirs === null ? mine === theirs : mine.equals(theirs);
      if (!equal) columns[name] = (columns[name] ?? 0) + 1;
    });
  }

  return {
    hold(buffer: Buffer, start: number, end: number): void {
      reader.read(buffer, start, end);
      if (wanted.has(reader.bucket())) keep(held, reader.text(), buffer, start, end);
    },
    meet(buffer: Buffer, start: number, end: number): void {
      reader.read(buffer, start, end);
      if (!wanted.has(reader.bucket())) return;
      const key = reader.text();
      const candidates = held.get(key) ?? [];
      const line = buffer.subarray(start, end);
      const same = candidates.findIndex((candidate) => candidate.subarray(0, -1).equals(line));
      if (same >= 0) candidates.splice(same, 1);
      else if (reader.repeats()) keep(unmatched, key, buffer, start, end);
      else if (candidates.length === 0) countAdded(line);
      else countChange(candidates.pop()!, buffer, start, end);
    },
    finish(): TableDifference {
      for (const [key, lines] of unmatched) {
        const candidates = held.get(key) ?? [];
        for (const line of lines) {
          if (candidates.length === 0) countAdded(line);
          else countChange(candidates.pop()!, line, 0, line.length);
        }
      }
      let removed = 0;
      for (const lines of held.values())
        for (const line of lines) {
          removed++;
          example("removed", line, null);
        }
      return { added, removed, changed, columns };
    },
  };
}

/** With its newline: the scanner's search ends there. */
function keep(lines: Map<string, Buffer[]>, key: string, buffer: Buffer, start: number, end: number): void {
  const line = Buffer.from(buffer.subarray(start, end + 1));
  const before = lines.get(key);
  if (before === undefined) lines.set(key, [line]);
  else before.push(line);
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUCKETS, type Bucket, createBuckets, createKeyReader, sameDigest } from "./buckets.ts";
import { findDifferences, planPasses } from "./differences.ts";
import { forEachLine } from "./lines.ts";
import type { CompareSide, CompareTable } from "./side.ts";

const keyed: CompareTable = {
  id: "public.t",
  columns: [
    { name: "a", encoding: "literal" },
    { name: "b", encoding: "text" },
    { name: "v", encoding: "text" },
  ],
  key: ["a", "b"],
};
const keyless: CompareTable = { ...keyed, key: null };

type Row = { a: number | null; b: string | null; v: string | null };

function sideOf(table: CompareTable, rows: readonly Row[]): CompareSide {
  const bytes = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  async function* lines() {
    yield bytes;
  }
  return {
    name: "side",
    tenantKey: "k",
    tables: [table],
    digests: null,
    async *read(wanted) {
      if (wanted.has(table.id)) yield { table: table.id, lines: lines() };
    },
    checkReferences: async () => [],
    close: async () => {},
  };
}

async function bucketsOf(table: CompareTable, rows: readonly Row[]): Promise<Bucket[]> {
  const reader = createKeyReader(table);
  const buckets = createBuckets();
  for await (const { lines } of sideOf(table, rows).read(new Set([table.id])))
    await forEachLine(lines, (buffer, start, end) => {
      reader.read(buffer, start, end);
      buckets.add(reader.bucket(), buffer, start, end);
    });
  return buckets.finish();
}

async function differences(table: CompareTable, first: readonly Row[], second: readonly Row[]) {
  const [a, b] = [await bucketsOf(table, first), await bucketsOf(table, second)];
  const passes = planPasses([table], new Map([[table.id, a]]), new Map([[table.id, b]]));
  const found = { added: 0, removed: 0, changed: 0, columns: {} as Record<string, number> };
  for (const pass of passes) {
    const difference = (await findDifferences(sideOf(table, first), sideOf(table, second), pass)).get(
      table.id,
    )!;
    for (const kind of ["added", "removed", "changed"] as const) found[kind] += difference[kind];
    for (const [name, count] of Object.entries(difference.columns))
      found.columns[name] = (found.columns[name] ?? 0) + count;
  }
  return found;
}

const NONE = { added: 0, removed: 0, changed: 0, columns: {} };
const value = fc.option(fc.string({ maxLength: 3 }), { nil: null });
const row = fc.record({ a: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }), b: value, v: value });

describe("rows of two sides", () => {
  it("in whatever order are no difference", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 30 }),
        fc.constantFrom(keyed, keyless),
        async (rows, table) => {
          expect(await differences(table, rows, rows.toReversed())).toEqual(NONE);
        },
      ),
    );
  });

  it("are counted exactly, whatever else shares their bucket", async () => {
    const distinct = fc.uniqueArray(row, { maxLength: 20, selector: ({ a, b }) => JSON.stringify([a, b]) });
    await fc.assert(
      fc.asyncProperty(
        distinct,
        fc.array(fc.constantFrom("keep", "drop", "change"), { minLength: 20, maxLength: 20 }),
        async (rows, fates) => {
          const second = rows.flatMap((each, at) =>
            fates[at] === "drop" ? [] : [fates[at] === "change" ? { ...each, v: `${each.v}!` } : each],
          );
          const count = (fate: string) => rows.filter((_, at) => fates[at] === fate).length;
          const changed = count("change");
          const columns = changed === 0 ? {} : { v: changed };
          expect(await differences(keyed, rows, second)).toEqual({
            added: 0,
            removed: count("drop"),
            changed,
            columns,
          });
          expect(await differences(keyed, second, rows)).toEqual({
            added: count("drop"),
            removed: 0,
            changed,
            columns,
          });
          const without = { added: changed, removed: changed + count("drop"), changed: 0, columns: {} };
          expect(await differences(keyless, rows, second)).toEqual(without);
        },
      ),
    );
  });

  it("with one key, a NULL in it, are not called changed because they come in another order", async () => {
    const same = (v: string): Row => ({ a: null, b: "k", v });
    const [first, second] = [
      [same("1"), same("2"), same("3")],
      [same("1"), same("3"), same("4")],
    ];
    expect(await differences(keyed, first, second)).toEqual({ ...NONE, changed: 1, columns: { v: 1 } });
    expect(await differences(keyed, first, second.toReversed())).toEqual({
      ...NONE,
      changed: 1,
      columns: { v: 1 },
    });
  });

  it("without a key are a multiset", async () => {
    const twin: Row = { a: 1, b: "x", v: null };
    expect(await differences(keyless, [twin, twin, twin], [twin])).toEqual({ ...NONE, removed: 2 });
  });

  it("with keys that only look alike are different rows", async () => {
    const first: Row[] = [{ a: null, b: "null", v: "" }];
    expect(await differences(keyed, first, [{ a: null, b: null, v: "" }])).toMatchObject({
      added: 1,
      removed: 1,
    });
  });
});

describe("passes", () => {
  it("hold a bounded number of bytes, and every bucket that differs once", () => {
    const buckets = (bytes: number, sum: string): Bucket[] =>
      Array.from({ length: BUCKETS }, () => ({ rows: 1, bytes, sums: [sum, sum] as const }));
    const tables = [keyed, { ...keyed, id: "public.u" }];
    const half = 32 * 1024 * 1024;
    const first = new Map(tables.map(({ id }) => [id, buckets(half, "1")]));
    const second = new Map(tables.map(({ id }) => [id, buckets(half, "2")]));
    const passes = planPasses(tables, first, second);
    const all = passes.flatMap((pass) =>
      pass.flatMap(({ table, buckets: places }) => places.map((at) => `${table.id} ${at}`)),
    );
    expect(all).toHaveLength(2 * BUCKETS);
    expect(new Set(all).size).toBe(2 * BUCKETS);
    for (const pass of passes)
      expect(pass.reduce((sum, { buckets: places }) => sum + places.length, 0)).toBeLessThanOrEqual(2);
    expect(planPasses(tables, first, first)).toEqual([]);
  });

  it("look at a table that one side has nothing of", () => {
    const [, ...none] = [[], []] as [Bucket[], Bucket[]];
    const some = new Map([[keyed.id, [{ rows: 1, bytes: 9, sums: ["1", "1"] as const }]]]);
    expect(none).toEqual([[]]);
    expect(planPasses([keyed], some, new Map())).toEqual([[{ table: keyed, buckets: [0] }]]);
    expect(sameDigest(undefined, { rows: 0, sums: ["0", "0"] })).toBe(true);
  });
});

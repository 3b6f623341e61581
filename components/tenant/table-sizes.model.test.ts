import { expect, it } from "vitest";
import { tableBars } from "./table-sizes.model.ts";

const tables = (count: number, schema = "public") =>
  Array.from({ length: count }, (_, n) => ({
    table: `${schema}.t${n}`,
    rows: count - n,
    bytes: (count - n) * 100,
  }));

it("draws every table where there are few, without the schema that all share", () => {
  expect(tableBars(tables(3)).bars).toEqual([
    { label: "t0", rows: 3, bytes: 300 },
    { label: "t1", rows: 2, bytes: 200 },
    { label: "t2", rows: 1, bytes: 100 },
  ]);
});

it("sums those that are not drawn, so that the bars are the whole", () => {
  const { bars, totalRows, totalBytes } = tableBars(tables(31));
  expect(bars).toHaveLength(10);
  expect(bars.at(-1)?.label).toBe("22 more");
  expect(bars.reduce((sum, bar) => sum + bar.rows, 0)).toBe(totalRows);
  expect(bars.reduce((sum, bar) => sum + bar.bytes, 0)).toBe(totalBytes);
});

it("keeps the schema where there are two, and counts tables without a row", () => {
  const two = [...tables(1), ...tables(1, "billing"), { table: "public.none", rows: 0, bytes: 0 }];
  const { bars, empty } = tableBars(two);
  expect(bars.map((bar) => bar.label)).toEqual(["public.t0", "billing.t0"]);
  expect(empty).toBe(1);
});

it("draws the largest first by what is asked, and sums the others", () => {
  const wide = { table: "public.wide", rows: 1, bytes: 10_000 };
  const long = { table: "public.long", rows: 1_000, bytes: 1 };
  const first = (by: "bytes" | "rows") => tableBars([wide, long, ...tables(30)], by).bars[0]?.label;
  expect([first("bytes"), first("rows")]).toEqual(["wide", "long"]);
});

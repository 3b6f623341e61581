import { expect, it } from "vitest";
import { changedColumns, differencesOf, sharesOf } from "./comparison.model.ts";

const table = {
  table: "public.tickets",
  rows: [100, 99],
  added: 1,
  removed: 2,
  changed: 0,
  columns: {},
} as const;

it("names only what is not the same", () => {
  expect(differencesOf(table)).toEqual([
    { sign: "+", count: 1, word: "added" },
    { sign: "−", count: 2, word: "removed" },
  ]);
  expect(differencesOf({ ...table, added: 0, removed: 0 })).toEqual([]);
});

it("gives each difference a share that can be seen, and all shares together the whole", () => {
  const shares = sharesOf({ ...table, rows: [1_000_000, 999_999] });
  expect(shares.map(({ kind }) => kind)).toEqual(["added", "removed", "same"]);
  expect(shares[0]!.percent).toBe(2);
  expect(shares.reduce((sum, { percent }) => sum + percent, 0)).toBe(100);
  expect(sharesOf({ ...table, rows: [3, 0], added: 0, removed: 3 })).toEqual([
    { kind: "removed", percent: 100 },
  ]);
});

it("names the columns that changed most first", () => {
  expect(changedColumns({ ...table, columns: { a: 1, b: 12 } })).toEqual(["b (12)", "a (1)"]);
});

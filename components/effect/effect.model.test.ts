import { expect, it } from "vitest";
import type { KeptTable } from "../../lib/operations/effects/keep.ts";
import type { ColumnEffect } from "../../lib/rows/effect/effect.ts";
import { columnWords, fateOf, rowWords, stretchWords } from "./effect.model.ts";

const table: KeptTable = {
  table: "public.goods",
  was: null,
  is: "kept",
  rows: [3, 3],
  matchedBy: "key",
  key: [["id"], ["id"]],
  added: 0,
  removed: 0,
  changed: 2,
  columns: [],
  examples: 2,
  personal: false,
};
const column: ColumnEffect = {
  name: "price",
  was: null,
  is: "kept",
  type: ["text", "text"],
  class: "plain",
  values: 0,
};

it("says of a table only what is not as it was", () => {
  expect(fateOf(table)).toBeNull();
  expect(fateOf({ ...table, was: "public.things" })?.word).toBe("renamed from public.things");
  expect(fateOf({ ...table, is: "gone" })?.tone).toBe("bad");
});

it("counts the rows that differ, and says where nobody can tell them apart", () => {
  expect(rowWords(table)).toEqual([{ sign: "~", count: 2, word: "changed" }]);
  expect(rowWords({ ...table, changed: 0 })).toEqual([]);
  expect(rowWords({ ...table, matchedBy: "none" })[0]!.count).toBeNull();
  expect(rowWords({ ...table, matchedBy: "none", is: "new", changed: 0, added: 3 })).toEqual([
    { sign: "+", count: 3, word: "added" },
  ]);
});

it.each<[Partial<ColumnEffect>, string]>([
  [{ is: "new", type: [null, "text"], values: 12 }, "+ text, 12 values filled in"],
  [{ is: "new", type: [null, "text"], values: 0 }, "+ text, no value yet"],
  [{ is: "gone", type: ["text", null], values: 1 }, "− text, 1 value lost"],
  [{ type: ["text", "numeric"], values: 3 }, "~ text → numeric, 3 values changed"],
  [{ was: "cost" }, "~ was cost, every value as it was"],
  [{ is: "anew", values: 2 }, "~ another column under its name, 2 values changed"],
  [{ class: "secret", is: "new", type: [null, "text"], values: null }, "+ text, a secret: not looked at"],
])("says what became of a column: %j", (change, words) => {
  const { sign, text } = columnWords({ ...column, ...change });
  expect(`${sign} ${text}`).toBe(words);
});

it("names one migration or a stretch of them", () => {
  expect(stretchWords({ version: "3", to: "3" })).toBe("migration 3");
  expect(stretchWords({ version: "3", to: "5" })).toBe("migrations 3 to 5");
});

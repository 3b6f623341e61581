import { expect, it } from "vitest";
import { KEPT, shownRow } from "./shown-row.ts";

const COLUMNS = [
  { name: "id", class: "plain" },
  { name: "email", class: "personal" },
  { name: "seats", class: "plain" },
  { name: "note", class: "plain" },
] as const;
const line = (row: object) => JSON.stringify(row);

it("keeps of a changed row its key and the columns that differ", () => {
  const before = line({ id: "7", email: "a@x", seats: 3, note: "same" });
  const after = line({ id: "7", email: "b@x", seats: 4, note: "same" });
  expect(shownRow({ kind: "changed", before, after }, COLUMNS, ["id"])).toEqual({
    kind: "changed",
    key: [{ column: "id", value: { text: "7" } }],
    cells: [
      { column: "email", before: { hidden: true }, after: { hidden: true } },
      { column: "seats", before: { text: "3" }, after: { text: "4" } },
    ],
  });
});

it("keeps of a row on one side all its columns, and never a personal value", () => {
  const after = line({ id: "8", email: "c@x", seats: null, note: "n".repeat(KEPT + 1) });
  const row = shownRow({ kind: "added", before: null, after }, COLUMNS, ["id"]);
  expect(row.cells).toEqual([
    { column: "email", before: null, after: { hidden: true } },
    { column: "seats", before: null, after: { text: null } },
    { column: "note", before: null, after: { text: "n".repeat(KEPT), cut: true } },
  ]);
  expect(JSON.stringify(row)).not.toContain("c@x");
});

it("hides a key that is personal", () => {
  const before = line({ id: "9", email: "d@x", seats: 1, note: "" });
  const row = shownRow({ kind: "removed", before, after: null }, COLUMNS, ["email"]);
  expect(row.key).toEqual([{ column: "email", value: { hidden: true } }]);
  expect(row.cells.map(({ column }) => column)).toEqual(["id", "seats", "note"]);
});

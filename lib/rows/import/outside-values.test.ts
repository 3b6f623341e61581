import { expect, it } from "vitest";
import type { Manifest } from "../../bundle/manifest.ts";
import type { FieldTransform, RowView } from "../field-transform.ts";
import { FEW, noteOutsideValues } from "./outside-values.ts";

const MANIFEST = {
  tables: [
    { schema: "public", name: "ships", columns: [{ name: "id" }, { name: "flag" }, { name: "port" }] },
  ],
} as unknown as Manifest;

const pointing = (...columns: string[]) => ({ from: { table: "public.ships", columns } });

/** A row of texts; null is NULL. */
const rowOf = (...values: (string | null)[]): RowView => ({
  isNull: (column) => values[column] === null,
  bytes: (column) => Buffer.from(values[column]!),
});

it("notes what is written: a value as it was or as a transform made it, each once, and no NULL", () => {
  const upper: FieldTransform = (row, column) =>
    row.isNull(column) ? undefined : Buffer.from(row.bytes(column).toString().toUpperCase());
  const lose: FieldTransform = () => null;
  const own = new Map([["public.ships", [upper, upper, null]]]);
  const noted = noteOutsideValues(MANIFEST, [pointing("flag"), pointing("port")], own);
  const [id, flag, port] = noted.transforms.get("public.ships")!;
  expect(id).toBe(upper);
  for (const row of [rowOf("a", "de", "köln"), rowOf("b", "de", null), rowOf("c", null, "bonn")]) {
    expect(flag!(row, 1)?.toString()).toBe(row.isNull(1) ? undefined : "DE");
    expect(port!(row, 2)).toBeUndefined();
  }
  expect([...noted.values]).toEqual([
    ["public.ships.flag", ["DE"]],
    ["public.ships.port", ["köln", "bonn"]],
  ]);
  const lost = noteOutsideValues(
    MANIFEST,
    [pointing("flag")],
    new Map([["public.ships", [null, lose, null]]]),
  );
  expect(lost.transforms.get("public.ships")![1]!(rowOf("a", "de", "x"), 1)).toBeNull();
  expect([...lost.values]).toEqual([["public.ships.flag", []]]);
});

it("gives no values where they are many, or several columns point together", () => {
  const noted = noteOutsideValues(MANIFEST, [pointing("flag"), pointing("id", "port")], new Map());
  const [id, flag, port] = noted.transforms.get("public.ships")!;
  expect([id, port]).toEqual([null, null]);
  for (let n = 0; n < FEW; n++) flag!(rowOf("a", String(n), "x"), 1);
  expect(noted.values.get("public.ships.flag")).toHaveLength(FEW);
  flag!(rowOf("a", "one more", "x"), 1);
  expect(noted.values.has("public.ships.flag")).toBe(false);
});

import { beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../../testing/database.ts";
import type { Catalog } from "../catalog.ts";
import { columnOf, isSince, named, readFixture, tableOf } from "../fixtures/read-fixture.ts";

let catalog: Catalog;
beforeAll(async () => {
  const database = await createTestDatabase("empty");
  catalog = await readFixture(await database.connect(), "columns");
});

const source = (name: string) => columnOf(tableOf(catalog, "public.sources"), name);

test("an identity column names its kind and the sequence that feeds it", () => {
  expect(source("always_id")).toMatchObject({
    identity: "always",
    nullable: false,
    default: null,
    sequence: "public.sources_always_id_seq",
  });
  expect(source("by_default_id")).toMatchObject({
    identity: "by default",
    sequence: "public.sources_by_default_id_seq",
  });
});

test("a serial column is fed by the sequence that it owns", () => {
  expect(source("serial_id")).toMatchObject({
    identity: null,
    default: "nextval('public.sources_serial_id_seq'::regclass)",
    sequence: "public.sources_serial_id_seq",
  });
});

test("a default that draws from a sequence is found whoever owns it, bound late or early", () => {
  expect(source("shared_id").sequence).toBe("public.shared_numbers");
  expect(source("text_id").sequence).toBe("public.shared_numbers");
  expect(source("late_id").sequence).toBe("public.late_numbers");
});

test("a column that owns a sequence without drawing from it still names it", () => {
  expect(source("plain_default")).toMatchObject({ default: "7", sequence: "public.owned_elsewhere" });
  expect(source("net").sequence).toBeNull();
});

test("generated columns say how and have no default", () => {
  expect(source("gross")).toMatchObject({ generated: "stored", default: null });
  if (isSince(catalog, 18)) expect(source("shown")).toMatchObject({ generated: "virtual", default: null });
});

test("a NOT NULL that is not yet validated leaves the column nullable", () => {
  expect(source("plain_default").nullable).toBe(true);
  expect(source("net").nullable).toBe(false);
});

test("NOT NULL constraints are no checks", () => {
  expect(tableOf(catalog, "public.sources").checks).toEqual([]);
});

test("sequences carry their numbers as text and the column that owns them", () => {
  expect(named(catalog.sequences, "shared_numbers")).toEqual({
    schema: "public",
    name: "shared_numbers",
    id: "public.shared_numbers",
    type: "integer",
    increment: "10",
    minimum: "5",
    maximum: "1000",
    cycle: true,
    ownedBy: null,
  });
  expect(named(catalog.sequences, "sources_always_id_seq")).toMatchObject({
    maximum: "9223372036854775807",
    ownedBy: { table: "public.sources", column: "always_id" },
  });
});

test("a child of classic inheritance lists its parents in order and is a table", () => {
  const child = tableOf(catalog, "public.child");
  expect(child).toMatchObject({ kind: "table", partitionOf: null });
  expect(child.inherits).toEqual(["public.parent_one", "public.parent_two"]);
  expect(child.columns.map((column) => column.name)).toEqual(["id", "note", "other", "extra"]);
});

test("views are left out and an unlogged table says so", () => {
  expect([...catalog.tables.keys()].filter((id) => id.startsWith("public.a_"))).toEqual([]);
  expect(tableOf(catalog, "public.scratch").persistence).toBe("unlogged");
});

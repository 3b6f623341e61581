import { beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../../testing/database.ts";
import type { Catalog } from "../catalog.ts";
import { columnOf, readFixture, tableOf } from "../fixtures/read-fixture.ts";

let catalog: Catalog;
beforeAll(async () => {
  const database = await createTestDatabase("empty");
  catalog = await readFixture(await database.connect(), "types");
});

const every = (name: string) => columnOf(tableOf(catalog, "kinds.every"), name);
const shapeOf = (name: string): unknown => JSON.parse(every(name).typeShape ?? "null");

test("dropped columns are left out and the others keep their attribute numbers", () => {
  const columns = tableOf(catalog, "kinds.every").columns;
  expect(columns.map((column) => column.name)).not.toContain("gone");
  expect(columns[0]).toMatchObject({ name: "id", position: 2 });
  expect(every("mood").position).toBe(8);
  expect(columns.some((column) => column.name.includes("dropped"))).toBe(false);
});

test("built-in types are told by name and modifier alone", () => {
  expect(every("short")).toMatchObject({ type: "character varying(80)", baseType: "pg_catalog.varchar" });
  expect(every("amount")).toMatchObject({ type: "numeric(12,2)", typeKind: "base", typeShape: null });
  expect(every("days")).toMatchObject({ type: "daterange", typeKind: "range", typeShape: null });
});

test("an array names its element, and a point is none", () => {
  expect(every("numbers")).toMatchObject({
    type: "integer[]",
    elementType: "pg_catalog.int4",
    typeShape: null,
  });
  expect(every("moods")).toMatchObject({
    type: "kinds.mood[]",
    baseType: "kinds._mood",
    elementType: "kinds.mood",
  });
  expect(every("codes")).toMatchObject({ elementType: "kinds.code", domain: null });
  expect(every("corner")).toMatchObject({ baseType: "pg_catalog.point", elementType: null });
});

test("an enum's shape is its labels in their order, through an array too", () => {
  expect(every("mood").typeKind).toBe("enum");
  expect(shapeOf("mood")).toEqual({ enum: ["low", "middle", "high"] });
  expect(shapeOf("moods")).toEqual({ array: { enum: ["low", "middle", "high"] } });
});

test("a domain over a domain resolves to its base type and carries every check", () => {
  expect(every("strict")).toMatchObject({
    type: "kinds.strict_code",
    domain: "kinds.strict_code",
    baseType: "pg_catalog.varchar",
    typeKind: "base",
    nullable: false,
  });
  expect(shapeOf("strict")).toMatchObject({
    domain: {
      base: "kinds.code",
      notNull: true,
      checks: ["CHECK ((length((VALUE)::text) < 9))"],
      of: { domain: { base: "character varying(12)", collation: '"C"', notNull: false } },
    },
  });
});

test("a domain over an array is an array to those who read it", () => {
  expect(every("tags")).toMatchObject({
    domain: "kinds.tags",
    baseType: "pg_catalog._text",
    elementType: "pg_catalog.text",
  });
});

test("a composite's shape is its attributes in order, with what they are made of", () => {
  expect(every("home").typeKind).toBe("composite");
  expect(shapeOf("home")).toMatchObject({
    composite: [
      ["street", "text", '"default"', null],
      ["code", "kinds.code", '"C"', { domain: {} }],
      ["moods", "kinds.mood[]", null, { array: { enum: ["low", "middle", "high"] } }],
      ["floor", "numeric(4,1)", null, null],
    ],
  });
  expect(shapeOf("homes")).toEqual({ array: shapeOf("home") });
  expect(shapeOf("whole_row")).toEqual({
    composite: [
      ["id", "integer", null, null],
      ["mood", "kinds.mood", null, { enum: ["low", "middle", "high"] }],
    ],
  });
});

test("a range and its multirange are told by their subtype", () => {
  expect(every("span").typeKind).toBe("range");
  expect(shapeOf("span")).toMatchObject({ range: { of: ["date", null] } });
  expect(every("spans").typeKind).toBe("multirange");
  expect(shapeOf("spans")).toMatchObject({ multirange: { of: ["kinds.span", { range: {} }] } });
});

test("a collation is named where it is not the type's own, and says whether it is deterministic", () => {
  expect(every("plain_text")).toMatchObject({ collation: null, deterministic: true });
  expect(every("by_bytes")).toMatchObject({ collation: 'pg_catalog."C"', deterministic: true });
  expect(every("unaccented")).toMatchObject({ collation: "kinds.unaccented", deterministic: false });
  expect(every("code")).toMatchObject({ collation: null, deterministic: true });
});

test("constants in defaults are printed one way whatever the session's style", () => {
  expect(every("made_at").default).toBe("'2024-02-03 04:05:06+00'::timestamp with time zone");
  expect(every("waits").default).toBe("'1 day 02:00:00'::interval");
});

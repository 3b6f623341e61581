import { expect, test } from "vitest";
import { comparable, isInteger, isJson, isText, isUuid, mayHoldKey } from "./column-types.ts";

test.each([
  ["pg_catalog.int4", "pg_catalog.int8", true],
  ["pg_catalog.varchar", "pg_catalog.text", true],
  ["public.citext", "pg_catalog.text", true],
  ["pg_catalog.uuid", "pg_catalog.uuid", true],
  ["pg_catalog.uuid", "pg_catalog.text", false],
  ["pg_catalog.int4", "pg_catalog.text", false],
  ["public.mood", "public.mood", true],
  ["public.mood", "other.mood", false],
])("%s and %s compare without a cast: %s", (a, b, expected) => {
  expect(comparable(a, b)).toBe(expected);
  expect(comparable(b, a)).toBe(expected);
});

test("a type belongs to one family at most", () => {
  for (const type of [
    "int2",
    "int4",
    "int8",
    "text",
    "varchar",
    "bpchar",
    "uuid",
    "json",
    "jsonb",
    "bool",
    "date",
  ]) {
    const families = [isInteger, isText, isUuid, isJson].filter((is) => is(`pg_catalog.${type}`));
    expect(families.length).toBe(type === "bool" || type === "date" ? 0 : 1);
    expect(mayHoldKey(`pg_catalog.${type}`)).toBe(/^(int|text|varchar|bpchar|uuid)/.test(type));
  }
});

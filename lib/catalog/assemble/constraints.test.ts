import { beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase } from "../../testing/database.ts";
import type { Catalog } from "../catalog.ts";
import { isSince, named, readFixture, tableOf } from "../fixtures/read-fixture.ts";
import { readCatalog } from "../read.ts";

describe("keys", () => {
  let catalog: Catalog;
  beforeAll(async () => {
    const client = await (await createTestDatabase("empty")).connect();
    await readFixture(client, "keys");
    // It fails on the twins and leaves an invalid index behind, as on a live platform.
    await expect(client.query("CREATE UNIQUE INDEX CONCURRENTLY broken ON twins (x)")).rejects.toThrow();
    catalog = await readCatalog(client);
  });
  const keyed = () => tableOf(catalog, "public.keyed");

  test("the primary key comes first, then constraints, then unique indexes", () => {
    expect(keyed().keys.map((key) => [key.name, key.kind])).toEqual([
      ["by_a", "primary"],
      ["by_b", "unique"],
      ["by_lower", "unique index"],
      ["plain_one", "unique index"],
      ["while_there", "unique index"],
    ]);
  });

  test("INCLUDE columns are no part of a key", () => {
    expect(named(keyed().keys, "by_a").columns).toEqual(["a"]);
    expect(named(keyed().indexes, "by_a").columns).toEqual(["a"]);
  });

  test("NULLS NOT DISTINCT and DEFERRABLE are told", () => {
    expect(named(keyed().keys, "by_b")).toMatchObject({
      nullsNotDistinct: isSince(catalog, 15),
      deferrable: true,
      plain: true,
    });
    expect(named(keyed().keys, "plain_one")).toMatchObject({ nullsNotDistinct: false, deferrable: false });
  });

  test("a key over an expression or with a predicate is not plain", () => {
    expect(named(keyed().keys, "by_lower")).toMatchObject({ plain: false, columns: ["b", "lower(c)", "e"] });
    expect(named(keyed().indexes, "by_lower").columns).toEqual(["b"]);
    expect(named(keyed().keys, "while_there")).toMatchObject({ plain: false, predicate: "(c IS NOT NULL)" });
  });

  test("an invalid unique index is listed as an index and guards nothing", () => {
    const twins = tableOf(catalog, "public.twins");
    expect(named(twins.indexes, "broken")).toMatchObject({ valid: false, unique: true });
    expect(twins.keys).toEqual([]);
  });

  test("checks keep their text, exclusions stand apart", () => {
    const checks = keyed().checks;
    expect(checks.map((check) => check.name)).toEqual([
      "e_there",
      "later",
      ...(isSince(catalog, 18) ? ["never"] : []),
      "positive",
    ]);
    expect(named(checks, "later").definition).toBe("CHECK ((e < 100)) NOT VALID");
    if (isSince(catalog, 18))
      expect(named(checks, "never").definition).toBe("CHECK ((e < 200)) NOT ENFORCED");
    expect(keyed().exclusions).toEqual([{ name: "apart", definition: "EXCLUDE USING gist (d WITH &&)" }]);
  });

  test("a temporal primary key is a key over its columns", () => {
    expect(catalog.tables.has("public.booked")).toBe(isSince(catalog, 18));
    const [key] = catalog.tables.get("public.booked")?.keys ?? [];
    if (isSince(catalog, 18))
      expect(key).toMatchObject({ kind: "primary", columns: ["room", "during"], plain: true });
  });

  test("index methods are named", () => {
    expect(named(keyed().indexes, "by_hash").method).toBe("hash");
    expect(named(keyed().indexes, "by_range").method).toBe("gist");
  });
});

describe("foreign keys", () => {
  let catalog: Catalog;
  beforeAll(async () => {
    catalog = await readFixture(await (await createTestDatabase("empty")).connect(), "foreign-keys");
  });
  const key = (name: string) => named(tableOf(catalog, "public.children").foreignKeys, name);

  test("actions, columns and target are read", () => {
    expect(key("children_simple_fkey")).toEqual({
      name: "children_simple_fkey",
      columns: ["simple"],
      table: "public.parents",
      targetColumns: ["id"],
      onDelete: "cascade",
      onUpdate: "restrict",
      matchFull: false,
      deferrable: false,
      validated: true,
      indexed: true,
    });
    expect(key("children_own_fkey")).toMatchObject({ table: "public.children", onDelete: "set default" });
  });

  test("a foreign key to a unique key that is not the primary one names its columns, in its own order", () => {
    expect(key("to_code")).toMatchObject({ targetColumns: ["code"], deferrable: true, onDelete: "set null" });
    expect(key("both_or_none")).toMatchObject({
      columns: ["plot", "area"],
      targetColumns: ["plot", "area"],
      matchFull: true,
    });
  });

  test("what rows may violate is not validated", () => {
    expect(key("not_valid").validated).toBe(false);
    if (isSince(catalog, 18)) expect(key("not_enforced").validated).toBe(false);
  });

  test("an index serves when it leads with the columns in any order and leaves out only NULLs", () => {
    const indexed = ["children_simple_fkey", "to_code", "both_or_none", "children_own_fkey"];
    for (const name of indexed) expect([name, key(name).indexed]).toEqual([name, true]);
    for (const name of ["not_valid", "children_bare_fkey"])
      expect([name, key(name).indexed]).toEqual([name, false]);
  });

  test("the period of a temporal foreign key is left out, it is contained and not equal", () => {
    expect(catalog.tables.has("public.stays")).toBe(isSince(catalog, 18));
    for (const key of catalog.tables.get("public.stays")?.foreignKeys ?? [])
      expect(key).toMatchObject({ name: "in_lease", columns: ["room"], targetColumns: ["room"] });
  });
});

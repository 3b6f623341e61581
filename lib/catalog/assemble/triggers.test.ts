import { beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../../testing/database.ts";
import type { Catalog } from "../catalog.ts";
import { named, readFixture, tableOf } from "../fixtures/read-fixture.ts";

let catalog: Catalog;
beforeAll(async () => {
  const database = await createTestDatabase("empty");
  catalog = await readFixture(await database.connect(), "triggers");
});

const watched = () => tableOf(catalog, "public.watched");

test("triggers tell when, on what and for whom they fire", () => {
  expect(named(watched().triggers, "a_before")).toMatchObject({
    timing: "before",
    events: ["insert", "update"],
    forEach: "row",
    function: "code.touch",
    enabled: "origin",
  });
  expect(named(watched().triggers, "b_after")).toMatchObject({
    timing: "after",
    events: ["delete"],
    forEach: "statement",
  });
  expect(named(watched().triggers, "c_truncate").events).toEqual(["truncate"]);
  expect(named(watched().triggers, "a_before").definition).toContain("UPDATE OF owner ON public.watched");
});

test("triggers tell in which replication role they fire", () => {
  expect(named(watched().triggers, "d_disabled").enabled).toBe("disabled");
  expect(named(watched().triggers, "e_always").enabled).toBe("always");
  expect(named(watched().triggers, "f_replica").enabled).toBe("replica");
});

test("the constraint's own triggers and those of the fence are left out", () => {
  expect(watched().foreignKeys).toHaveLength(1);
  expect(watched().triggers.map((trigger) => trigger.name)).toEqual([
    "a_before",
    "b_after",
    "c_truncate",
    "d_disabled",
    "e_always",
    "f_replica",
  ]);
});

test("the schema tenantry is not part of the platform", () => {
  expect([...catalog.tables.keys()]).toEqual(["public.watched"]);
});

test("policies tell command, roles and both expressions", () => {
  expect(watched().rowSecurity).toEqual({ enabled: true, forced: true });
  expect(watched().policies).toEqual([
    {
      name: "all_of_it",
      permissive: true,
      command: "all",
      roles: ["public"],
      using: "(owner = CURRENT_USER)",
      check: null,
    },
    {
      name: "reading",
      permissive: false,
      command: "select",
      roles: ["pg_monitor", "postgres"],
      using: "(id > 0)",
      check: null,
    },
    {
      name: "writing",
      permissive: true,
      command: "insert",
      roles: ["public"],
      using: null,
      check: "(id < 10)",
    },
  ]);
});

import { beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../../testing/database.ts";
import type { Catalog } from "../catalog.ts";
import { columnOf, isSince, readFixture, tableOf } from "../fixtures/read-fixture.ts";
import { leaves } from "../lookup.ts";

let catalog: Catalog;
beforeAll(async () => {
  const database = await createTestDatabase("empty");
  catalog = await readFixture(await database.connect(), "partitions");
});

const table = (name: string) => tableOf(catalog, `public.${name}`);

test("the root is partitioned, everything below it a partition of its direct parent", () => {
  expect(table("events")).toMatchObject({ kind: "partitioned", partitionOf: null });
  expect(table("events_2024")).toMatchObject({
    kind: "partition",
    partitionOf: "public.events",
    inherits: [],
  });
  expect(table("events_2024_eu")).toMatchObject({ kind: "partition", partitionOf: "public.events_2024" });
});

test("the leaves are where the rows lie", () => {
  const names = (of: string) => leaves(catalog, table(of)).map((leaf) => leaf.name);
  expect(names("events")).toEqual(["events_2024_eu", "events_2024_us", "events_later"]);
  expect(names("events_2024")).toEqual(["events_2024_eu", "events_2024_us"]);
  expect(names("tenants")).toEqual(["tenants"]);
});

test("a tree counts its leaves' rows and bytes", () => {
  const below = leaves(catalog, table("events"));
  expect(below.every((leaf) => (leaf.estimatedRows ?? 0) > 0 && leaf.bytes > 0)).toBe(true);
  expect(table("events").estimatedRows).toBe(300);
  expect(table("events").bytes).toBe(below.reduce((sum, leaf) => sum + leaf.bytes, 0));
  expect(table("events_2024").estimatedRows).toBe(
    table("events_2024_eu").estimatedRows! + table("events_2024_us").estimatedRows!,
  );
});

test("only the declared foreign key counts, not its clones, and a partition's own is kept", () => {
  const names = (of: string) => table(of).foreignKeys.map((key) => key.name);
  expect(names("events")).toEqual(["events_tenant_id_fkey"]);
  expect(table("events").foreignKeys[0]).toMatchObject({ onDelete: "cascade", indexed: true });
  expect(names("events_2024_eu")).toEqual([]);
  expect(names("events_later")).toEqual(["of_its_own"]);
  expect(table("marks").foreignKeys.map((key) => key.table)).toEqual(["public.events"]);
});

test("a trigger stands at the root, its clones are left out", () => {
  expect(table("events").triggers.map((trigger) => trigger.name)).toEqual(["on_events"]);
  expect(table("events_2024_us").triggers).toEqual([]);
});

test("a partition's identity draws from its root's sequence, and before 17 only the root has one", () => {
  const identity = { identity: "always", sequence: "public.events_id_seq" };
  expect(columnOf(table("events"), "id")).toMatchObject(identity);
  expect(columnOf(table("events_2024_eu"), "id")).toMatchObject(
    isSince(catalog, 17) ? identity : { identity: null, sequence: null },
  );
});

test("every partition has the tree's key", () => {
  expect(table("events").keys[0]?.columns).toEqual(["id", "day", "region"]);
  expect(table("events_2024_us").keys[0]?.columns).toEqual(["id", "day", "region"]);
});

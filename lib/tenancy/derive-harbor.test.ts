import { readFileSync } from "node:fs";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCatalog } from "../catalog/read.ts";
import { quoteQualified } from "../postgres/identifiers.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { deriveModel } from "./derive-model.ts";
import type { TenancyModel } from "./model.ts";
import { ownershipPredicate, pathsDisagreeSql } from "./ownership-sql.ts";
import { readPlatformFile } from "./platform-file.ts";

const FILE = new URL("../../examples/harbor/platform.yaml", import.meta.url);

let database: TestDatabase;
let client: pg.Client;
let model: TenancyModel;
let keys: string[];

beforeAll(async () => {
  database = await createTestDatabase("harbor");
  client = await database.connect();
  const { file, findings } = readPlatformFile(readFileSync(FILE, "utf8"), "platform.yaml");
  expect(findings).toEqual([]);
  model = deriveModel(await readCatalog(client), file!);
  const { rows } = await client.query<{ id: string }>("SELECT id FROM organizations ORDER BY id");
  keys = rows.map(({ id }) => id);
});
afterAll(() => database.drop());

const literal = (key: string) => `'${key}'::uuid`;
const count = async (sql: string) => Number((await client.query<{ count: string }>(sql)).rows[0]!.count);

test("the demo platform has nothing that blocks or warns", () => {
  expect(model.findings.filter(({ severity }) => severity !== "notes")).toEqual([]);
});

test("every table is classified as one expects", () => {
  const classes = Object.groupBy(model.tables.values(), (entry) => entry.class);
  const names = (of: keyof typeof classes) => classes[of]?.map(({ name }) => name).toSorted();
  expect(names("root")).toEqual(["organizations"]);
  expect(names("global")).toEqual(["_sqlx_migrations", "countries", "plans", "users"]);
  expect(names("excluded")).toEqual(["index_queue", "search_cache", "sessions"]);
  expect(names("direct")).toEqual(
    expect.arrayContaining([
      "audit_events",
      "customers",
      "domains",
      "memberships",
      "price_list",
      "projects",
      "roles",
    ]),
  );
  expect(names("via")).toEqual(
    expect.arrayContaining([
      "document_data",
      "documents",
      "leg_scans",
      "messages",
      "shipment_legs",
      "shipments",
    ]),
  );
});

test("every row of an owned table is exactly one tenant's, or shared", async () => {
  expect(keys.length).toBeGreaterThan(1);
  for (const id of model.loadOrder) {
    const entry = model.tables.get(id)!;
    const from = `${quoteQualified(entry.schema, entry.name)} t`;
    let found = 0;
    for (const key of keys) {
      found += await count(
        `SELECT count(*) FROM ${from} WHERE ${ownershipPredicate(model, id, "t", literal(key))}`,
      );
    }
    const shared = entry.sharedNull
      ? await count(`SELECT count(*) FROM ${from} WHERE "${entry.path!.column}" IS NULL`)
      : 0;
    expect([id, found + shared]).toEqual([id, await count(`SELECT count(*) FROM ${from}`)]);
    expect([id, found > 0]).toEqual([id, true]);
  }
});

test("all paths of every row agree", async () => {
  const checks = model.loadOrder.flatMap((id) =>
    model.tables.get(id)!.otherPaths.map((path) => pathsDisagreeSql(model, id, path, literal(keys[0]!))!),
  );
  expect(checks.length).toBeGreaterThan(3);
  for (const sql of checks) expect(await count(sql)).toBe(0);
});

test("parents come before children, but for the one cycle", () => {
  expect(model.cycles).toEqual([["public.conversations", "public.messages"]]);
  const at = (id: string) => model.loadOrder.indexOf(id);
  for (const { kind, from, to } of model.references) {
    const inCycle = model.cycles.some((cycle) => cycle.includes(from.table) && cycle.includes(to.table));
    if (kind !== "foreign key" || inCycle || from.table === to.table || at(to.table) === -1) continue;
    expect(at(to.table)).toBeLessThan(at(from.table));
  }
});

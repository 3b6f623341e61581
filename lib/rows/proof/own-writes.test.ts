import type pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Catalog } from "../../catalog/catalog.ts";
import { readCatalog } from "../../catalog/read.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";
import { type OwnWrites, ownWrites } from "./own-writes.ts";
import { digestAndReferences, referencesHold } from "./references-hold.ts";

let platform: TinyPlatform;
let client: pg.Client;
let catalog: Catalog;
let model: TenancyModel;
let key: string;

beforeAll(async () => {
  platform = await tinyPlatform(`${ORGS}
    CREATE TABLE parents (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
    CREATE TABLE tree (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs) PARTITION BY RANGE (id);
    CREATE TABLE leaf PARTITION OF tree FOR VALUES FROM (0) TO (10);
    CREATE TABLE children (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, parent_id int REFERENCES parents,
      tree_id int REFERENCES tree);`);
  client = platform.source;
  await client.query(`INSERT INTO orgs (slug) VALUES ('acme'), ('other');
    INSERT INTO parents SELECT 1, id FROM orgs WHERE slug = 'other'`);
  catalog = await readCatalog(client);
  model = deriveModel(catalog, platform.file);
  const { rows } = await client.query<{ id: string }>("SELECT id FROM orgs WHERE slug = 'acme'");
  key = tenantKeyLiteral(model, rows[0]!.id);
});
afterAll(() => platform.drop());

/** What is found of acme's children in a transaction that writes these rows, while nobody checks them. */
async function found(
  rows: string,
): Promise<{ writes: OwnWrites; statements: string[]; all: string[]; amongWrites: string[] }> {
  await client.query(`BEGIN; SET LOCAL session_replication_role = replica; ${rows}`);
  try {
    const writes = await ownWrites(client, catalog, model.loadOrder);
    const told = (findings: readonly { where: string; count?: number }[]) =>
      findings.map(({ where, count }) => `${where} ${count}`);
    const table = "public.children";
    const asked = vi.spyOn(client, "query");
    const { digest, findings } = await digestAndReferences(
      client,
      catalog,
      model,
      table,
      ["id"],
      key,
      writes,
    );
    const calls = asked.mock.calls.map(([statement]) => String(statement));
    const statements = calls.filter((statement) => statement.includes('ONLY "public"."parents"'));
    asked.mockRestore();
    expect(digest.rows).toBe(3);
    const all = await referencesHold(client, catalog, model, table, key);
    return { writes, statements, all: told(all), amongWrites: told(findings) };
  } finally {
    await client.query("ROLLBACK");
  }
}

const children = (parent: string) =>
  `INSERT INTO children SELECT n, id, ${parent}, n FROM orgs, generate_series(1, 3) n WHERE slug = 'acme';
   INSERT INTO tree SELECT n, id FROM orgs, generate_series(1, 3) n WHERE slug = 'acme'`;
const parents = "INSERT INTO parents SELECT n, id FROM orgs, generate_series(2, 4) n WHERE slug = 'acme'";

it("are told of plain tables, by the transaction that wrote them", async () => {
  const { writes } = await found(`${children("NULL")}; ${parents}`);
  expect([...writes.tables].sort()).toEqual(["public.children", "public.orgs", "public.parents"]);
  expect(writes.transaction).toMatch(/^[0-9]+$/);
});

it("are all that is looked at where they are what is pointed at", async () => {
  const { statements } = await found(`${children("n + 1")}; ${parents}`);
  expect(statements).toHaveLength(1);
  expect(statements[0]).toContain(".xmin = ");
  const before = await found(`${children("n")}; ${parents}`);
  expect(before.statements).toHaveLength(2);
  expect(before.statements[1]).not.toContain(".xmin = ");
});

it.each([
  ["rows of this transaction", `${children("n + 1")}; ${parents}`, []],
  ["a row that stood there before, and rows of this transaction", `${children("n")}; ${parents}`, []],
  ["rows of a subtransaction", `SAVEPOINT s; ${parents}; RELEASE s; ${children("n + 1")}`, []],
  ["no row, some of them", `${children("n + 2")}; ${parents}`, ["public.children (parent_id) 1"]],
  ["no row, but one that stood there before", children("n"), ["public.children (parent_id) 2"]],
])("what points at %s is found as where all rows are looked at", async (_, rows, expected) => {
  const { all, amongWrites } = await found(rows);
  expect(amongWrites).toEqual(expected);
  expect(all).toEqual(expected);
});

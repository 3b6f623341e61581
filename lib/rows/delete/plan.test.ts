/** Harbor's tenants as a delete would find them: which rows, in which order, who points in, what is lost. */
import { readFile } from "node:fs/promises";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HARBOR_PLATFORM_FILE } from "../../../examples/harbor/set-up.ts";
import { readCatalog } from "../../catalog/read.ts";
import type { Finding } from "../../findings/finding.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { type PlatformFile, readPlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { holdFence } from "../fence/fence.ts";
import { quietContext } from "../run-context.ts";
import { harborSpec } from "../testing/harbor-spec.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { tinyPlatformFile } from "../testing/tiny-platform.ts";
import { type DeletePlan, planDelete } from "./plan.ts";
import { type DeleteAnswers, NO_ANSWERS } from "./request.ts";

let database: TestDatabase;
let client: pg.Client;
let platform: PlatformFile;
let key: string;
beforeAll(async () => {
  database = await createTestDatabase("harbor");
  client = await database.connect();
  platform = readPlatformFile(await readFile(HARBOR_PLATFORM_FILE, "utf8"), "platform.yaml").file!;
  const { rows } = await client.query<{ id: string }>(
    "SELECT id::text FROM organizations WHERE slug = 'saltmarsh'",
  );
  key = rows[0]!.id;
  await holdFence(client, deriveModel(await readCatalog(client), platform), key, quietContext());
}, 120_000);
afterAll(() => database.drop());

const plan = (answers: DeleteAnswers = NO_ANSWERS): Promise<DeletePlan> =>
  planDelete(client, { platform, tenantKey: key, answers }, quietContext());

const codes = (findings: readonly Finding[]) => findings.map(({ code, where }) => `${code} ${where}`);

describe("the plan of a delete", () => {
  it("counts exactly what the tenant has, children first, and writes nothing", async () => {
    const before = await readResidents(client, harborSpec());
    const { tables, losses } = await plan();
    expect(changedResidents(before, await readResidents(client, harborSpec()))).toEqual([]);
    expect(tables.at(-1)!).toMatchObject({ table: "public.organizations", rows: 1, bundled: true });
    for (const { name, owned } of harborSpec().tables) {
      const { rows } = await client.query(`SELECT FROM ${name} t WHERE ${owned}`, [key]);
      expect(tables.find(({ table }) => table === name)?.rows, name).toBe(rows.length);
    }
    const { rows: sessions } = await client.query("SELECT FROM sessions WHERE organization_id = $1", [key]);
    expect(sessions.length).toBeGreaterThan(0);
    expect(tables.find(({ table }) => table === "public.sessions")).toMatchObject({
      rows: sessions.length,
      bundled: false,
    });
    expect(losses).toContainEqual({
      kind: "excluded table",
      where: "public.sessions",
      rows: sessions.length,
    });
    expect(losses.map(({ where }) => where)).toEqual(
      expect.arrayContaining(["public.devices.private_key", "public.connectors.config $.clientSecret"]),
    );
    const at = (name: string) => tables.findIndex(({ table }) => table === `public.${name}`);
    expect(at("document_data")).toBeGreaterThan(at("documents"));
    expect(at("leg_scans")).toBeLessThan(at("shipments"));
  });
});

/** Tenants "acme" and "other", whose rows point at each other where they should not. */
const SCHEMA = `
  CREATE TABLE orgs (id int PRIMARY KEY, slug text NOT NULL UNIQUE);
  CREATE TABLE items (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs, name text);
  CREATE INDEX ON items (org_id);
  CREATE TABLE links (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs,
    item_id int REFERENCES items ON DELETE CASCADE, must_id int NOT NULL REFERENCES items ON DELETE SET DEFAULT, soft_id int);
  CREATE INDEX ON links (org_id); CREATE INDEX ON links (item_id);
  CREATE TABLE flags (name text PRIMARY KEY, org_ids int[] NOT NULL, data jsonb);
  CREATE TABLE home (id int PRIMARY KEY, featured_id int REFERENCES items ON DELETE SET NULL);
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
  CREATE TRIGGER keep BEFORE DELETE ON items FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE RULE gone AS ON DELETE TO links DO INSTEAD NOTHING;
  INSERT INTO orgs VALUES (1, 'acme'), (2, 'other');
  INSERT INTO items SELECT n, 1 + n % 2, 'x' FROM generate_series(1, 400) n;
  INSERT INTO links VALUES (1, 1, 2, 2, 2), (2, 2, 2, 4, 6), (3, 2, 3, 8, 5);
  INSERT INTO flags VALUES ('new', '{1,2}', '{"items": [2, 3]}'), ('old', '{2}', NULL);
  INSERT INTO home VALUES (1, 2), (2, 3);
  ANALYZE;`;
const FILE = `
  tables: { public.flags: global, public.home: global }
  references:
    - { from: public.links.soft_id, to: public.items.id }
    - { from: public.flags.org_ids, each: true, to: public.orgs.id }
    - { from: public.flags.data, path: "$.items[*]", to: public.items.id }`;

describe("rows of others that point in, triggers and rules", () => {
  let tiny: TestDatabase;
  beforeAll(async () => {
    tiny = await createTestDatabase("empty");
    await (await tiny.connect()).query(SCHEMA);
  });
  afterAll(() => tiny.drop());

  const planned = async (answers: DeleteAnswers = NO_ANSWERS) =>
    planDelete(
      await tiny.connect(),
      { platform: tinyPlatformFile(FILE), tenantKey: "1", answers },
      quietContext(),
    );

  it("block until each is answered as far as it can be", async () => {
    const { findings, pointers, fence } = await planned();
    expect(fence).toBeNull();
    expect(pointers.map(({ id, rows, nullable, onDelete }) => [id, rows, nullable, onDelete])).toEqual([
      ["public.home (featured_id) → public.items (id) foreign key", 1, true, "set null"],
      ["public.links (item_id) → public.items (id) foreign key", 1, true, "cascade"],
      ["public.links (must_id) → public.items (id) foreign key", 2, false, "set default"],
      ["public.links (soft_id) → public.items (id) column", 1, true, null],
      ["public.flags (org_ids) → public.orgs (id) array", 1, false, null],
      ["public.flags (data) → public.items (id) json path $.items[*]", 1, false, null],
    ]);
    expect(codes(findings.filter(({ severity }) => severity === "blocks"))).toEqual(
      expect.arrayContaining([
        "not-fenced acme",
        "pointer-in public.home (featured_id)",
        "pointer-in public.links (item_id)",
        "pointer-in public.links (must_id)",
        "pointer-in public.links (soft_id)",
        "pointer-in public.flags (org_ids)",
        "trigger-on-delete public.items (keep)",
        "rule-on-delete public.links (gone)",
      ]),
    );
    const answers = Object.fromEntries(
      pointers.map(({ id, nullable }) => [id, nullable ? ("null" as const) : ("leave" as const)]),
    );
    const answered = await planned({ pointers: answers, triggers: { "public.items (keep)": [] } });
    expect(codes(answered.findings.filter(({ severity }) => severity === "blocks"))).toEqual([
      "not-fenced acme",
      // Neither NULL nor left: a constraint holds it.
      "pointer-in public.links (must_id)",
      "rule-on-delete public.links (gone)",
    ]);
  });

  it("say which index a child lacks, and block where it would take long", async () => {
    const client = await tiny.connect();
    await client.query(`INSERT INTO home SELECT n FROM generate_series(10, 300000) n; ANALYZE home`);
    const found = (await planned()).findings.filter(({ code }) => code === "child-index-missing");
    expect(found).toMatchObject([
      {
        severity: "blocks",
        where: "public.home (featured_id)",
        todo: expect.stringContaining("CREATE INDEX"),
      },
    ]);
  });
});

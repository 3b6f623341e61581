import type pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import { pinSession } from "../../postgres/session.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { lockOutsideRows } from "../import/outside-rows.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";
import { referencesHold } from "./references-hold.ts";

let platform: TinyPlatform;
afterEach(() => platform.drop());

/** What does not hold of the tenant acme, table by table. Rows are written with nobody checking. */
async function broken(rows: string): Promise<string[]> {
  const client: pg.Client = platform.source;
  await client.query(`BEGIN; SET LOCAL session_replication_role = replica; ${rows}; COMMIT`);
  const { rows: orgs } = await client.query<{ id: string }>("SELECT id FROM public.orgs WHERE slug = 'acme'");
  await pinSession(client);
  const catalog = await readCatalog(client);
  const model = deriveModel(catalog, platform.file);
  const key = tenantKeyLiteral(model, orgs[0]!.id);
  const found = [];
  for (const table of model.loadOrder)
    found.push(...(await referencesHold(client, catalog, model, table, key)));
  await client.query("RESET search_path");
  return found.map(({ code, where, count }) => `${code} ${where} ${count}`);
}

describe("declared references", () => {
  it("hold row by row: composite, to a unique key, to oneself, half NULL", async () => {
    platform = await tinyPlatform(`${ORGS}
      CREATE TABLE things (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, number int, UNIQUE (org_id, number));
      CREATE TABLE "Parts" (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, "Number" int, parent int REFERENCES "Parts",
        FOREIGN KEY (org_id, "Number") REFERENCES things (org_id, number));`);
    await platform.source.query(`INSERT INTO orgs (slug) VALUES ('acme'), ('other');
      INSERT INTO things SELECT gen_random_uuid(), id, 1 FROM orgs;
      INSERT INTO "Parts" SELECT 1, id, 1, 1 FROM orgs WHERE slug = 'acme'; INSERT INTO "Parts" SELECT 2, id, NULL, 1 FROM orgs WHERE slug = 'acme'`);
    expect(await broken("SELECT")).toEqual([]);
    const unchecked = `INSERT INTO "Parts" SELECT n, id, n - 1, p FROM orgs, (VALUES (3, 9), (4, 3)) v(n, p) WHERE slug = 'acme'`;
    expect(await broken(unchecked)).toEqual([
      'reference-dangles public."Parts" (org_id, Number) 2',
      'reference-dangles public."Parts" (parent) 1',
    ]);
    // Another tenant's broken rows are not this tenant's.
    expect(await broken(`UPDATE "Parts" SET org_id = (SELECT id FROM orgs WHERE slug = 'other')`)).toEqual(
      [],
    );
  });

  it("to a parent are not fulfilled by its heirs, and to a partition tree by any of its leaves", async () => {
    platform = await tinyPlatform(`${ORGS}
      CREATE TABLE parents (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
      CREATE TABLE heirs (PRIMARY KEY (id), FOREIGN KEY (org_id) REFERENCES orgs) INHERITS (parents);
      CREATE TABLE tree (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs) PARTITION BY RANGE (id);
      CREATE TABLE leaf PARTITION OF tree FOR VALUES FROM (0) TO (10);
      CREATE TABLE children (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, parent_id int REFERENCES parents, tree_id int REFERENCES tree);`);
    await platform.source.query("INSERT INTO orgs (slug) VALUES ('acme')");
    const rows = `INSERT INTO heirs SELECT 1, id FROM orgs; INSERT INTO tree SELECT 1, id FROM orgs;
      INSERT INTO children SELECT n, id, n, n FROM orgs, generate_series(1, 2) n; INSERT INTO parents SELECT 2, id FROM orgs`;
    expect(await broken(rows)).toEqual([
      "reference-dangles public.children (parent_id) 1",
      "reference-dangles public.children (tree_id) 1",
    ]);
  });

  it("hold for a partition that has one of its own", async () => {
    platform =
      await tinyPlatform(`${ORGS} CREATE TABLE rooms (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
      CREATE TABLE stays (id int, org_id uuid NOT NULL REFERENCES orgs, room int) PARTITION BY RANGE (id);
      CREATE TABLE stays_1 PARTITION OF stays FOR VALUES FROM (0) TO (10);
      CREATE TABLE stays_2 PARTITION OF stays FOR VALUES FROM (10) TO (20);
      ALTER TABLE stays_2 ADD FOREIGN KEY (room) REFERENCES rooms;`);
    const rows = `INSERT INTO orgs (slug) VALUES ('acme'); INSERT INTO stays SELECT n, id, 7 FROM orgs, unnest(ARRAY[1, 11]) n`;
    expect(await broken(rows)).toEqual(["reference-dangles public.stays_2 (room) 1"]);
  });

  it("compare as their type does", async () => {
    platform = await tinyPlatform(`CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; ${ORGS}
      CREATE TABLE people (mail ext.citext PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
      CREATE TABLE notes (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, mail ext.citext REFERENCES people);`);
    const rows = `INSERT INTO orgs (slug) VALUES ('acme'); INSERT INTO people SELECT 'Ann', id FROM orgs;
      INSERT INTO notes SELECT 1, id, 'ANN' FROM orgs; INSERT INTO notes SELECT 2, id, 'ben' FROM orgs`;
    expect(await broken(rows)).toEqual(["reference-dangles public.notes (mail) 1"]);
  });
});

describe("virtual references", () => {
  it("may name nobody, and a shared row, and no row of another tenant", async () => {
    platform = await tinyPlatform(
      `${ORGS} CREATE TABLE things (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid REFERENCES orgs, name text UNIQUE);
       CREATE TABLE events (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, is_thing bool, subject text, thing uuid);`,
      `
      tables: { public.things: { null_key: shared } }
      common: { public.things: { match: [name] } }
      references:
        - { from: public.events.subject, when: { is_thing: true }, to: public.things.id }
        - { from: public.events.thing, to: public.things.id }`,
    );
    await platform.source.query(`INSERT INTO orgs (slug) VALUES ('acme'), ('other');
      INSERT INTO things (org_id, name) SELECT id, slug FROM orgs; INSERT INTO things (name) VALUES ('shared');`);
    const event = (id: number, thing: string, isThing: boolean) =>
      `INSERT INTO events SELECT ${id}, o.id, ${isThing}, t.id, t.id FROM orgs o, things t WHERE slug = 'acme' AND t.name = '${thing}'`;
    expect(
      await broken(
        `${event(1, "acme", true)}; ${event(2, "shared", true)}; UPDATE events SET subject = 'gone' WHERE id = 1`,
      ),
    ).toEqual(["soft-reference-dangles public.events.subject 1"]);
    expect(await broken(`${event(3, "other", true)}; ${event(4, "other", false)}`)).toEqual([
      "reference-strays public.events (subject) 1",
      "soft-reference-dangles public.events.subject 1",
      "reference-strays public.events (thing) 2",
    ]);
  });
});

describe("rows outside that the tenant points at", () => {
  it("cannot be deleted from under it once they are locked", async () => {
    platform = await tinyPlatform(
      `CREATE TABLE countries (code text, zone int, PRIMARY KEY (code, zone)); ${ORGS}
       CREATE TABLE things (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, code text, zone int,
         FOREIGN KEY (code, zone) REFERENCES countries);`,
      "tables: { public.countries: global }",
    );
    const client = platform.source;
    await client.query(`INSERT INTO countries VALUES ('de', 1), ('fr', 1); INSERT INTO orgs (slug) VALUES ('acme');
      INSERT INTO things (org_id, code, zone) SELECT id, 'de', 1 FROM orgs`);
    const catalog = await readCatalog(client);
    const model = deriveModel(catalog, platform.file);
    const { rows } = await client.query<{ id: string }>("SELECT id FROM orgs");
    await client.query("BEGIN; SET LOCAL session_replication_role = replica");
    await lockOutsideRows(client, catalog, model, tenantKeyLiteral(model, rows[0]!.id), new Map());
    const other = await platform.connect("source");
    await other.query("SET lock_timeout = '50ms'; SET session_replication_role = replica");
    await expect(other.query("DELETE FROM countries WHERE code = 'de'")).rejects.toMatchObject({
      code: "55P03",
    });
    expect((await other.query("DELETE FROM countries WHERE code = 'fr'")).rowCount).toBe(1);
    await client.query("ROLLBACK");
  });
});

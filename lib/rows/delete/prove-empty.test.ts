/** Whatever kind of thing is left of a tenant, its proof of emptiness finds it, and says so. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { type TinyErasable, tinyErasable } from "../testing/tiny-erasable.ts";
import { refusedWith } from "../testing/walk.ts";
import { schemaInWords } from "./schema-left.ts";

vi.setConfig({ testTimeout: 120_000 });

let tiny: TinyErasable | null = null;
afterEach(async () => {
  await tiny?.drop();
  tiny = null;
});

const SCHEMA = `
  CREATE TABLE orgs (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE);
  INSERT INTO orgs VALUES ('01976bd6-0000-7000-8000-000000000001', 'acme'), ('01976bd6-0000-7000-8000-000000000002', 'other');
  CREATE TABLE blobs (id int UNIQUE, body text);
  CREATE TABLE files (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, blob_id int NOT NULL UNIQUE REFERENCES blobs (id));
  CREATE INDEX ON files (org_id);
  CREATE TABLE logs (id int PRIMARY KEY, org_id uuid NOT NULL, note text);
  CREATE INDEX ON logs (org_id);
  CREATE TABLE stars (file_id int);
  INSERT INTO blobs SELECT n, 'x' FROM generate_series(1, 12) n;
  INSERT INTO files SELECT b.id, o.id, b.id FROM blobs b JOIN orgs o ON o.slug = CASE WHEN b.id % 2 = 0 THEN 'acme' ELSE 'other' END;
  INSERT INTO logs SELECT f.id, f.org_id, 'read' FROM files f;`;
const OWNED = {
  "public.orgs": "t.id::text = $1",
  "public.files": "t.org_id::text = $1",
  "public.logs": "t.org_id::text = $1",
  "public.blobs": "t.id IN (SELECT blob_id FROM public.files WHERE org_id::text = $1)",
};
const YAML = `
  tenant: { table: public.orgs, key: id, slug: slug, key_columns: [org_id] }
  tables: { public.blobs: { owned_through: public.files.blob_id }, public.stars: global }
  references: [{ from: public.stars.file_id, to: public.files.id }]`;

/** Deleted, and found to be: what is left afterwards is what a test leaves. */
async function gone(schema = SCHEMA): Promise<TinyErasable> {
  tiny = await tinyErasable(schema, OWNED, { yaml: YAML });
  await tiny.erase();
  expect(await tiny.prove()).toMatchObject({ empty: true, objects: [], schema: null });
  return tiny;
}

/** As somebody who may do everything: past the fence's triggers. */
async function pastFence({ client }: TinyErasable, table: string, statement: string): Promise<void> {
  await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER; ${statement}`);
}

describe("is left, and found:", () => {
  it("a row whose way leads to the tenant", async () => {
    const erased = await gone();
    await pastFence(erased, "logs", `INSERT INTO logs VALUES (99, '${erased.key}', 'late')`);
    const { empty, tables } = await erased.prove();
    expect(empty).toBe(false);
    expect(tables).toContainEqual({ table: "public.logs", deleted: 6, byPath: 1, byKey: null });
  });

  it.each([
    ["its key", "PRIMARY KEY"],
    ["what was pointed at, where it has no key", "UNIQUE"],
  ])("a row that no way leads from any more, by %s", async (_what, constraint) => {
    const erased = await gone(SCHEMA.replace("id int UNIQUE", `id int ${constraint}`));
    await pastFence(erased, "blobs", "INSERT INTO blobs VALUES (4, 'there again')");
    const { empty, tables } = await erased.prove();
    expect(empty).toBe(false);
    expect(tables).toContainEqual({ table: "public.blobs", deleted: 6, byPath: 0, byKey: 1 });
  });

  it("a reference that no constraint vouches for", async () => {
    const erased = await gone();
    await erased.client.query("INSERT INTO stars VALUES (4), (5), (99)");
    const { empty, references } = await erased.prove();
    expect(empty).toBe(false);
    // File 5 is the other's, and nobody ever was 99.
    expect(references.filter(({ rows }) => rows !== 0)).toMatchObject([
      { id: "public.stars (file_id) → public.files (id) column", rows: 1, left: false },
    ]);
  });

  it("rows that were noted and not deleted", async () => {
    tiny = await tinyErasable(SCHEMA, OWNED, { yaml: YAML });
    expect(await tiny.eraseInPart(2)).toBe(true);
    const { empty, tables } = await tiny.prove();
    expect(empty).toBe(false);
    expect(tables.some(({ deleted }) => deleted < 6)).toBe(true);
  });

  it("whatever is called after it, by slug or key, of each kind; what is called otherwise is not", async () => {
    const erased = await gone();
    const role = `role_acme_${process.pid}_${Date.now()}`;
    const key = erased.key.replaceAll("-", "_");
    const bare = erased.key.replaceAll("-", "");
    await erased.client.query(`
      CREATE SEQUENCE numbers_of_acme; CREATE SEQUENCE "n-${key}"; CREATE SEQUENCE tickets_${bare};
      CREATE VIEW acme_files AS SELECT 1 AS one; CREATE MATERIALIZED VIEW acme_totals AS SELECT 1 AS one;
      CREATE SCHEMA acme; CREATE ROLE ${role};
      CREATE FUNCTION acme_total() RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE TYPE "Acme Mood" AS ENUM ('good'); CREATE TYPE acme_pair AS (a int, b int); CREATE PUBLICATION acme_feed;
      CREATE SEQUENCE numbers_of_acmeville; CREATE SEQUENCE numbers_of_other; CREATE VIEW pacme AS SELECT 1 AS acme;`);
    try {
      const { empty, objects } = await erased.prove();
      // Perhaps they were made for it: nobody has said so, and nobody drops them.
      expect(empty).toBe(true);
      expect(objects.map(({ kind, name }) => `${kind} ${name}`).toSorted()).toEqual(
        [
          "function public.acme_total",
          "materialized view public.acme_totals",
          "publication acme_feed",
          `role ${role}`,
          "schema acme",
          `sequence public.n-${key}`,
          "sequence public.numbers_of_acme",
          `sequence public.tickets_${bare}`,
          "type public.Acme Mood",
          "type public.acme_pair",
          "view public.acme_files",
        ].toSorted(),
      );
    } finally {
      await erased.client.query(`DROP ROLE ${role}`);
    }
  });
});

it("a table that nobody has spoken of is no proof of anything: it could be the tenant's", async () => {
  const erased = await gone();
  await erased.client.query("CREATE TABLE archive_acme (id int)");
  expect(await refusedWith(erased.prove())).toContain("unclassified");
});

describe("a schema of its own that is there again is found", () => {
  const own = (name: string) => `
    CREATE SCHEMA "${name}"; CREATE SEQUENCE "${name}".tickets;
    CREATE TABLE "${name}".orders (id int PRIMARY KEY, ticket int DEFAULT nextval('"${name}".tickets'));
    INSERT INTO "${name}".orders SELECT generate_series(1, 7);`;
  const yaml = `
    placement: schema
    schema: "app_{slug}"`;

  it.each([
    ["empty", "", []],
    [
      "with a sequence and nothing else",
      "CREATE SEQUENCE app_acme.tickets",
      [{ kind: "sequence", count: 1 }],
    ],
    [
      "with functions, types and views",
      `CREATE FUNCTION app_acme.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE DOMAIN app_acme.code AS text;
       CREATE TYPE app_acme.pair AS (a int); CREATE VIEW app_acme.v AS SELECT 1 AS one; CREATE VIEW app_acme.w AS SELECT 2 AS two`,
      [
        { kind: "function", count: 1 },
        { kind: "type", count: 2 },
        { kind: "view", count: 2 },
      ],
    ],
    [
      "with the tables that it had, and a row",
      `CREATE TABLE app_acme.orders (id int PRIMARY KEY, ticket int); INSERT INTO app_acme.orders VALUES (1)`,
      [{ kind: "table", count: 1 }],
    ],
  ])("%s", async (_what, statements, holds) => {
    tiny = await tinyErasable(
      `CREATE TABLE orgs (id int PRIMARY KEY, slug text NOT NULL UNIQUE); INSERT INTO orgs VALUES (1, 'acme'), (2, 'other');
       ${own("app_acme")} ${own("app_other")}`,
      { "public.orgs": "t.id::text = $1", "app_acme.orders": "$1::text IS NOT NULL" },
      { yaml },
    );
    await tiny.erase();
    const first = await tiny.prove();
    expect(first).toMatchObject({ empty: true, schema: { name: "app_acme", isThere: false } });
    await tiny.client.query(`CREATE SCHEMA app_acme; ${statements}`);
    const { empty, schema } = await tiny.prove();
    expect(empty).toBe(false);
    expect(schema).toEqual({ name: "app_acme", isThere: true, holds });
    await tiny.client.query("DROP SCHEMA app_acme CASCADE");
    expect((await tiny.prove()).empty).toBe(true);
  });

  it("and told with what is in it", () => {
    const holds = [
      { kind: "sequence", count: 2 },
      { kind: "table", count: 1 },
    ];
    expect(schemaInWords({ name: "app_acme", isThere: true, holds })).toBe(
      "schema app_acme (2 sequences, 1 table)",
    );
    expect(schemaInWords({ name: "app_acme", isThere: true })).toBe("schema app_acme");
  });
});

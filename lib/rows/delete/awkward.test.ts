/** What real schemas do when rows are deleted: triggers, cascades, circles, heaps without keys; each by hand. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import { type TinyErasable, tinyErasable } from "../testing/tiny-erasable.ts";
import { refusal, refusedWith } from "../testing/walk.ts";
import type { TriggerWrite } from "./request.ts";
import { restorePointers } from "./restore-pointers.ts";

vi.setConfig({ testTimeout: 120_000 });

let tiny: TinyErasable | null = null;
afterEach(async () => {
  await tiny?.drop();
  tiny = null;
});

const ORGS = `CREATE TABLE orgs (id int PRIMARY KEY, slug text NOT NULL UNIQUE, items int NOT NULL DEFAULT 0);
  INSERT INTO orgs VALUES (1, 'acme'), (2, 'other');`;
const BY_ORG = "t.org_id::text = $1";
const ITEMS = `${ORGS}
  CREATE TABLE items (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs, name text);
  CREATE INDEX ON items (org_id);
  INSERT INTO items SELECT n, 1 + n % 2, 'item ' || n FROM generate_series(1, 24) n;`;
const OWNED = { "public.orgs": "t.id::text = $1", "public.items": BY_ORG };

/** Deleted, proved, cleared away and restored: everything is as it was. */
async function goesAndComesBack(made: TinyErasable): Promise<void> {
  const { tables } = await made.erase();
  expect(tables.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(1);
  expect(await made.changed()).toEqual([]);
  expect(await made.prove()).toMatchObject({ empty: true });
  await made.clear();
  await made.bringBack();
  expect(await made.changedAtAll()).toEqual([]);
}

describe("triggers of the platform", () => {
  const trigger = (body: string, timing = "AFTER") => `${ITEMS}
    CREATE FUNCTION on_item() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;
    CREATE TRIGGER on_item ${timing} DELETE ON items FOR EACH ROW EXECUTE FUNCTION on_item();`;
  const saying = (...writes: TriggerWrite[]) => ({
    answers: { pointers: {}, triggers: { "public.items (on_item)": writes } },
  });

  it("that nobody has spoken of stop the run as they stop the plan", async () => {
    tiny = await tinyErasable(trigger("RETURN NULL;"), OWNED);
    expect(await refusedWith(tiny.erase())).toEqual(["trigger-on-delete"]);
    expect(await tiny.changedAtAll()).toEqual([]);
  });

  it("that keep a row in silence are noticed, and nothing of the batch is kept", async () => {
    tiny = await tinyErasable(
      trigger("IF OLD.id = 12 THEN RETURN NULL; END IF; RETURN OLD;", "BEFORE"),
      OWNED,
      saying(),
    );
    expect(await refusal(tiny.erase())).toMatchObject([
      { code: "rows-escaped", where: "public.items", count: 1 },
    ]);
    const left = await tiny.client.query("SELECT FROM items WHERE org_id = 1");
    // The first five were a batch of their own.
    expect(left.rows).toHaveLength(7);
    expect(await tiny.changed()).toEqual([]);
    await tiny.client.query("DROP TRIGGER on_item ON items");
    await tiny.erase();
    expect(await tiny.prove()).toMatchObject({ empty: true });
  });

  it("that forbid it are told by table, without a row's value", async () => {
    tiny = await tinyErasable(trigger("RAISE EXCEPTION 'never %', OLD.name;", "BEFORE"), OWNED, saying());
    const [finding] = await refusal(tiny.erase());
    expect(finding).toMatchObject({ code: "delete-refused" });
    expect(JSON.stringify(finding)).not.toContain("item 1");
    expect(await tiny.changedAtAll()).toEqual([]);
  });

  it("that count are let through as they are declared", async () => {
    const counts = "UPDATE orgs SET items = items - 1 WHERE id = OLD.org_id; RETURN NULL;";
    tiny = await tinyErasable(trigger(counts), OWNED, saying({ table: "public.orgs", writes: "update" }));
    await tiny.erase();
    expect(await tiny.changed()).toEqual([]);
    expect(await tiny.prove()).toMatchObject({ empty: true });
  });

  it("that write another table than is said, or somebody else's row, are caught by the server's counts", async () => {
    const strays = "DELETE FROM items WHERE id = 1; UPDATE orgs SET items = 7 WHERE id = 2; RETURN NULL;";
    tiny = await tinyErasable(trigger(strays), OWNED, saying({ table: "public.orgs", writes: "update" }));
    expect(await refusal(tiny.erase())).toMatchObject([{ code: "unexpected-writes", where: "public.items" }]);
    expect(await tiny.changedAtAll()).toEqual([]);
  });
});

describe("keys and pointers", () => {
  it("chains of rows, circles within a table and over two, none of them nullable or deferrable, go leaves first", async () => {
    tiny = await tinyErasable(
      `${ORGS}
       CREATE TABLE nodes (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs, parent_id int REFERENCES nodes ON DELETE RESTRICT, twin_id int NOT NULL);
       CREATE INDEX ON nodes (org_id); CREATE INDEX ON nodes (parent_id); CREATE INDEX ON nodes (twin_id);
       CREATE TABLE docs (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs, current_id int NOT NULL);
       CREATE TABLE versions (id int PRIMARY KEY, doc_id int NOT NULL REFERENCES docs, before_id int REFERENCES versions);
       CREATE INDEX ON docs (org_id); CREATE INDEX ON docs (current_id); CREATE INDEX ON versions (doc_id); CREATE INDEX ON versions (before_id);
       INSERT INTO nodes SELECT n, 1 + n % 2, CASE WHEN n > 2 THEN n - 2 END, CASE WHEN n > 44 THEN n WHEN (n - 1) / 2 % 2 = 0 THEN n + 2 ELSE n - 2 END FROM generate_series(1, 48) n;
       ALTER TABLE nodes ADD FOREIGN KEY (twin_id) REFERENCES nodes;
       INSERT INTO docs SELECT n, 1 + n % 2, n * 10 FROM generate_series(1, 20) n;
       INSERT INTO versions SELECT n * 10 + k, n, CASE WHEN k < 2 THEN n * 10 + k + 1 END FROM generate_series(1, 20) n, generate_series(0, 2) k;
       ALTER TABLE docs ADD FOREIGN KEY (current_id) REFERENCES versions;`,
      {
        "public.orgs": "t.id::text = $1",
        "public.nodes": BY_ORG,
        "public.docs": BY_ORG,
        "public.versions": "t.doc_id IN (SELECT id FROM public.docs WHERE org_id::text = $1)",
      },
    );
    const largest: Record<string, number> = {};
    await tiny.erase({
      told: ({ table, rows }) => {
        largest[table] = Math.max(largest[table] ?? 0, rows);
      },
    });
    expect(await tiny.changed()).toEqual([]);
    expect(await tiny.prove()).toMatchObject({ empty: true });
    // A document and its versions hold each other; no two documents do.
    expect(Object.entries(largest).find(([table]) => /docs|versions/.test(table))![1]).toBeLessThanOrEqual(8);
    await tiny.clear();
    await tiny.bringBack();
    expect(await tiny.changedAtAll()).toEqual([]);
  });

  it("rows that are all alike, without a key, behind an owner that points at them, and partitions", async () => {
    tiny = await tinyErasable(
      `${ORGS}
       CREATE TABLE blobs (id int UNIQUE, body text);
       CREATE TABLE files (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs, blob_id int NOT NULL UNIQUE REFERENCES blobs (id));
       CREATE INDEX ON files (org_id);
       CREATE TABLE taps (org_id int NOT NULL REFERENCES orgs, note text, at int) PARTITION BY LIST (at);
       CREATE TABLE taps_0 PARTITION OF taps FOR VALUES IN (0) PARTITION BY HASH (note);
       CREATE TABLE taps_0_0 PARTITION OF taps_0 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
       CREATE TABLE taps_0_1 PARTITION OF taps_0 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
       CREATE TABLE taps_1 PARTITION OF taps DEFAULT;
       CREATE INDEX ON taps (org_id);
       INSERT INTO blobs SELECT n, 'the same' FROM generate_series(1, 30) n;
       INSERT INTO files SELECT n, 1 + n % 2, 31 - n FROM generate_series(1, 30) n;
       INSERT INTO taps SELECT 1 + n % 2, 'note ' || n % 3, n % 3 FROM generate_series(1, 60) n;`,
      {
        "public.orgs": "t.id::text = $1",
        "public.files": BY_ORG,
        "public.taps": BY_ORG,
        "public.blobs": "t.id IN (SELECT blob_id FROM public.files WHERE org_id::text = $1)",
      },
      { yaml: "tables: { public.blobs: { owned_through: public.files.blob_id } }" },
    );
    expect(await tiny.eraseInPart(9)).toBe(true);
    await tiny.restoreMissing();
    expect(await tiny.changedAtAll()).toEqual([]);
    await goesAndComesBack(tiny);
  });

  it("text keys that are equal without being the same, composite ones, and a tenant that is only a value", async () => {
    tiny = await tinyErasable(
      `CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
       CREATE TABLE words (tenant text NOT NULL, word text COLLATE loose, nth int, body text, PRIMARY KEY (word, nth));
       CREATE INDEX ON words (tenant);
       INSERT INTO words SELECT CASE WHEN n % 2 = 0 THEN 'acme' ELSE 'other' END, CASE WHEN n % 3 = 0 THEN 'Ähre' ELSE 'ähre Zwei' END, n, 'x' FROM generate_series(1, 40) n;`,
      { "public.words": "t.tenant = $1" },
      { yaml: "tenant: { key_columns: [tenant] }" },
    );
    await goesAndComesBack(tiny);
  });

  it("a key that comes after the rows were noted proves by itself that nothing names them, once it is validated", async () => {
    tiny = await tinyErasable(
      `${ITEMS} ALTER TABLE items ADD UNIQUE (id, org_id);
       CREATE TABLE likes (item int, org int); INSERT INTO likes SELECT id, org_id FROM items WHERE org_id = 2;`,
      OWNED,
      { yaml: "tables: { public.likes: global }" },
    );
    await tiny.erase();
    await tiny.client.query(
      "ALTER TABLE likes ADD CONSTRAINT liked FOREIGN KEY (item, org) REFERENCES items (id, org_id) NOT VALID",
    );
    const unknown = await tiny.prove();
    expect(unknown.empty).toBe(false);
    expect(unknown.references).toContainEqual(
      expect.objectContaining({
        id: expect.stringContaining("public.likes"),
        rows: null,
        byConstraint: false,
      }),
    );
    await tiny.client.query("ALTER TABLE likes VALIDATE CONSTRAINT liked");
    const proved = await tiny.prove();
    expect(proved.empty).toBe(true);
    expect(proved.references).toContainEqual(
      expect.objectContaining({ id: expect.stringContaining("public.likes"), rows: 0, byConstraint: true }),
    );
    expect(await tiny.changed()).toEqual([]);
  });

  it("pointers of others that are set to NULL by answer are set back where they are still NULL", async () => {
    const id = "public.home (featured_id) → public.items (id) foreign key";
    tiny = await tinyErasable(
      `${ITEMS} CREATE TABLE home (id int PRIMARY KEY, featured_id int REFERENCES items); CREATE INDEX ON home (featured_id);
       INSERT INTO home SELECT n, n FROM generate_series(1, 24) n;`,
      OWNED,
      { yaml: "tables: { public.home: global }", answers: { pointers: { [id]: "null" }, triggers: {} } },
    );
    const { nulled } = await tiny.erase();
    expect(nulled).toHaveLength(12);
    expect(nulled[0]).toEqual({
      pointer: id,
      table: "public.home",
      keyColumns: ["id"],
      key: [nulled[0]!.was[0]],
      columns: ["featured_id"],
      was: nulled[0]!.key,
    });
    expect((await tiny.client.query("SELECT FROM home WHERE featured_id IS NULL")).rows).toHaveLength(12);
    expect(await tiny.prove()).toMatchObject({ empty: true });
    await tiny.clear();
    await tiny.bringBack();
    await tiny.client.query("UPDATE home SET featured_id = 1 WHERE id = 2");
    const restored = await restorePointers(tiny.client, await readCatalog(tiny.client), nulled);
    expect(restored).toEqual({ updated: new Map([["public.home", 11]]), left: 1 });
    await tiny.client.query("UPDATE home SET featured_id = 2 WHERE id = 2");
    expect(await tiny.changedAtAll()).toEqual([]);
  });

  it("a row of two tenants' stops the plan", async () => {
    tiny = await tinyErasable(
      `${ITEMS} CREATE TABLE notes (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs, item_id int NOT NULL REFERENCES items);
       CREATE INDEX ON notes (org_id); CREATE INDEX ON notes (item_id);
       INSERT INTO notes VALUES (1, 1, 1), (2, 2, 2), (3, 1, 2);`,
      { ...OWNED, "public.notes": BY_ORG },
    );
    // Item 1 is of organization 2: note 1 is of both.
    expect(await refusedWith(tiny.erase())).toEqual(expect.arrayContaining(["cross-tenant-rows"]));
    expect(await tiny.changedAtAll()).toEqual([]);
  });
});

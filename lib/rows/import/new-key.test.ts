import { afterEach, describe, expect, it } from "vitest";
import { type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";

let platform: TinyPlatform;
afterEach(() => platform.drop());

const things = "CREATE TABLE things (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_key";

describe("a tenant's key that people chose", () => {
  it("needs a new one, that is free and written as the database prints it", async () => {
    platform = await tinyPlatform(
      `CREATE TABLE orgs (key varchar(8) PRIMARY KEY, slug text UNIQUE); ${things} varchar(8) NOT NULL REFERENCES orgs)`,
      "tenant: { table: public.orgs, key: key, slug: slug }",
    );
    await platform.source.query(
      "INSERT INTO orgs VALUES ('acme', 's'); INSERT INTO things (org_key) VALUES ('acme')",
    );
    await platform.target.query("INSERT INTO orgs VALUES ('other', 'o')");
    await platform.export("acme");
    expect(await platform.refused()).toEqual(["new-key-needed"]);
    expect(await platform.refused({ newKey: "much too long" })).toEqual(["new-key-invalid"]);
    expect(await platform.refused({ newKey: "other" })).toEqual(["tenant-exists"]);
    expect(await platform.refused({ newKey: "x", ids: "kept" })).toEqual(["new-key-not-taken"]);
    const { tenant } = await platform.import({ newKey: "o'x\\" });
    expect(tenant).toEqual({ key: "o'x\\", slug: "s" });
    expect((await platform.target.query("SELECT org_key FROM things")).rows).toEqual([{ org_key: "o'x\\" }]);
    expect((await platform.import({ newKey: "o'x\\" })).outcome).toBe("imported before");
  });

  it("is no text that the key's type refuses, and no number that reads otherwise", async () => {
    platform = await tinyPlatform(
      `CREATE DOMAIN small AS int CHECK (VALUE < 100);
       CREATE TABLE orgs (key small PRIMARY KEY, slug text UNIQUE); ${things} small NOT NULL REFERENCES orgs)`,
      "tenant: { table: public.orgs, key: key, slug: slug }",
    );
    await platform.source.query("INSERT INTO orgs VALUES (7, 's'); INSERT INTO things (org_key) VALUES (7)");
    await platform.export("s");
    for (const newKey of ["eight", "08", "100", ""])
      expect(await platform.refused({ newKey })).toEqual(["new-key-invalid"]);
    await platform.import({ newKey: "8" });
    expect((await platform.target.query("SELECT org_key FROM things")).rows).toEqual([{ org_key: 8 }]);
  });

  it("may be the slug as well: the new slug is the new key", async () => {
    platform = await tinyPlatform(
      `CREATE TABLE orgs (slug text PRIMARY KEY); ${things} text NOT NULL REFERENCES orgs)`,
      "tenant: { table: public.orgs, key: slug, slug: slug }",
    );
    await platform.source.query(
      "INSERT INTO orgs VALUES ('acme'), ('other'); INSERT INTO things (org_key) VALUES ('acme')",
    );
    await platform.export("acme");
    expect(await platform.refused({ newSlug: "a", newKey: "b" })).toEqual(["new-slug-is-key"]);
    expect(await platform.refused({ newSlug: "a", ids: "kept" })).toEqual(["new-slug-is-key"]);
    expect(await platform.refused({ newSlug: "other", url: platform.sourceUrl })).toEqual(["slug-taken"]);
    const { tenant } = await platform.import({ newSlug: "zeta", url: platform.sourceUrl });
    expect(tenant).toEqual({ key: "zeta", slug: "zeta" });
    const { rows } = await platform.source.query("SELECT org_key FROM things ORDER BY 1");
    expect(rows).toEqual([{ org_key: "acme" }, { org_key: "zeta" }]);
  });

  it("of a type that compares by any case finds its rows by any case", async () => {
    platform = await tinyPlatform(
      `CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext;
       CREATE TABLE orgs (key ext.citext PRIMARY KEY, slug text UNIQUE);
       CREATE TABLE things (id ext.citext PRIMARY KEY, org_key ext.citext NOT NULL REFERENCES orgs);
       CREATE TABLE parts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), thing_id ext.citext NOT NULL REFERENCES things);`,
      "tenant: { table: public.orgs, key: key, slug: slug }",
    );
    await platform.source.query(`INSERT INTO orgs VALUES ('Acme', 's'), ('b', 'b');
      INSERT INTO things VALUES ('One', 'Acme'), ('two', 'acme'), ('three', 'B'); INSERT INTO parts (thing_id) VALUES ('ONE'), ('three')`);
    const bundle = await platform.export("s");
    expect(bundle.seal.tables.map(({ rows }) => rows)).toEqual([1, 2, 1]);
    await platform.import({ ids: "kept" });
    expect((await platform.target.query("SELECT thing_id::text FROM parts")).rows).toEqual([
      { thing_id: "ONE" },
    ]);
  });
});

describe("a tenant that is only a value", () => {
  it("is found, carried, and told from one that is there already", async () => {
    platform = await tinyPlatform(
      `${things} text NOT NULL, n int); CREATE TABLE "More" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_key text NOT NULL,
         thing_id uuid REFERENCES things)`,
      "tenant: { key_columns: [org_key] }",
    );
    await platform.source.query(`INSERT INTO things (org_key, n) VALUES ('acme', 1), ('acme', 2), ('other', 3);
      INSERT INTO "More" (org_key, thing_id) SELECT org_key, id FROM things`);
    await platform.target.query("INSERT INTO things (org_key) VALUES ('here'), ('acme')");
    await platform.export("acme");
    expect(await platform.refused()).toEqual(["new-key-needed"]);
    expect(await platform.refused({ newKey: "here" })).toEqual(["tenant-exists"]);
    expect(await platform.refused({ ids: "kept" })).toEqual(["tenant-exists"]);
    await platform.import({ newKey: "new" });
    const all = `SELECT t.org_key, n FROM things t LEFT JOIN "More" m ON m.thing_id = t.id AND m.org_key = t.org_key ORDER BY 1, 2`;
    expect((await platform.target.query(all)).rows).toEqual([
      { org_key: "acme", n: null },
      { org_key: "here", n: null },
      { org_key: "new", n: 1 },
      { org_key: "new", n: 2 },
    ]);
    expect((await platform.import({ newKey: "new" })).outcome).toBe("imported before");
    await expect(platform.export("nobody")).rejects.toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ code: "tenant-not-found" })]),
    });
  });
});

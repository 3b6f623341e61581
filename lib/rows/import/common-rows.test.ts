import { afterEach, describe, expect, it } from "vitest";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";
import { parsePlatform } from "../testing/walk.ts";

let platform: TinyPlatform;
afterEach(() => platform.drop());

const MEMBERS = `CREATE TABLE members (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  org_id uuid NOT NULL REFERENCES orgs, user_id int REFERENCES users);`;

/** A platform whose members point at users; every user of the source is a member. */
async function withUsers(users: string, yaml: string, more = ""): Promise<void> {
  platform = await tinyPlatform(
    `${ORGS} ${more} CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${users}); ${MEMBERS}`,
    yaml,
  );
  await platform.source.query("INSERT INTO orgs (slug) VALUES ('acme')");
  await platform.target.query("ALTER SEQUENCE users_id_seq RESTART 100");
}

async function everybodyIsMember(): Promise<void> {
  await platform.source.query(
    "INSERT INTO members (org_id, user_id) SELECT orgs.id, users.id FROM orgs, users",
  );
  await platform.export("acme");
}

async function members(columns = "u.id, u.email"): Promise<unknown[]> {
  const { rows } = await platform.target.query({
    text: `SELECT ${columns} FROM members m LEFT JOIN users u ON u.id = m.user_id ORDER BY 1, 2`,
    rowMode: "array",
  });
  return rows;
}

describe("common rows are found", () => {
  it("by their natural key, and references follow to the ids that they have here", async () => {
    await withUsers("email text UNIQUE", "common: { public.users: { match: [email], create: [email] } }");
    await platform.source.query("INSERT INTO users (email) VALUES ('ann'), ('ben'), ('cem')");
    await everybodyIsMember();
    await platform.target.query("INSERT INTO users (email) VALUES ('zoe'), ('ben')");
    const { findings } = await platform.import();
    expect(findings.find(({ code }) => code === "common-rows-created")?.count).toBe(2);
    expect(await members()).toEqual([
      [101, "ben"],
      [102, "ann"],
      [103, "cem"],
    ]);
  });

  it("with kept ids too", async () => {
    await withUsers("email text UNIQUE", "common: { public.users: { match: [email] } }");
    await platform.source.query("INSERT INTO users (email) VALUES ('ann'), ('ben')");
    await everybodyIsMember();
    await platform.target.query("INSERT INTO users (email) VALUES ('ben'), ('ann')");
    const before = await platform.source.query("SELECT id FROM members ORDER BY 1");
    await platform.import({ ids: "kept" });
    expect(await members()).toEqual([
      [100, "ben"],
      [101, "ann"],
    ]);
    expect((await platform.target.query("SELECT id FROM members ORDER BY 1")).rows).toEqual(before.rows);
  });

  it("as their type compares: citext by any case, in a schema that is on no search path", async () => {
    await withUsers(
      "email ext.citext UNIQUE",
      "common: { public.users: { match: [email] } }",
      "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext;",
    );
    await platform.source.query("INSERT INTO users (email) VALUES ('Ann'), ('BEN')");
    await everybodyIsMember();
    await platform.target.query("INSERT INTO users (email) VALUES ('ben'), ('ANN')");
    await platform.import();
    expect(await members()).toEqual([
      [100, "ben"],
      [101, "ANN"],
    ]);
  });

  it("where a part of the natural key is NULL on both sides", async () => {
    await withUsers(
      "name text, area int",
      "common: { public.users: { match: [name, area], create: [name, area] } }",
    );
    await platform.source.query(
      "INSERT INTO users (name, area) VALUES ('a', NULL), ('a', 1), (NULL, 1), (NULL, 2)",
    );
    await everybodyIsMember();
    await platform.target.query("INSERT INTO users (name, area) VALUES (NULL, 1), ('a', NULL), ('a', 1)");
    await platform.import();
    expect(await members("u.id, u.name, u.area")).toEqual([
      [100, null, 1],
      [101, "a", null],
      [102, "a", 1],
      [103, null, 2],
    ]);
  });
});

describe("an import is refused, and nothing changes,", () => {
  it("where a common row has no natural key, or shares it with another one", async () => {
    await withUsers(
      "email text, name text",
      "common: { public.users: { match: [email], create: [email, name] } }",
    );
    await platform.source.query("INSERT INTO users (email) VALUES (NULL)");
    await everybodyIsMember();
    await platform.target.query("INSERT INTO users (email, name) VALUES (NULL, 'somebody else')");
    expect(await platform.refused()).toEqual(["common-rows-unidentified"]);
    await platform.source.query(
      "DELETE FROM members; UPDATE users SET email = 'ann'; INSERT INTO users (email) VALUES ('ann')",
    );
    await everybodyIsMember();
    expect(await platform.refused()).toEqual(["common-rows-unidentified"]);
    expect((await platform.target.query("SELECT count(*)::int AS n FROM users")).rows).toEqual([{ n: 1 }]);
  });

  it("where a natural key finds two rows", async () => {
    await withUsers("email text", "common: { public.users: { match: [email] } }");
    await platform.source.query("INSERT INTO users (email) VALUES ('ann')");
    await everybodyIsMember();
    await platform.target.query("INSERT INTO users (email) VALUES ('ann'), ('ann')");
    expect(await platform.refused()).toEqual(["common-rows-ambiguous"]);
  });

  it("where a row to be created would lack a value, already in the plan", async () => {
    await withUsers(
      "email text UNIQUE, name text NOT NULL",
      "common: { public.users: { match: [email], create: [email] } }",
    );
    await platform.source.query("INSERT INTO users (email, name) VALUES ('ann', 'Ann')");
    await everybodyIsMember();
    const plan = await platform.dryRun();
    expect(plan.findings.find(({ code }) => code === "common-rows-not-creatable")?.what).toContain("name");
    expect(await platform.refused()).toEqual(["common-rows-not-creatable"]);
    await platform.target.query("INSERT INTO users (email, name) VALUES ('ann', 'Ann')");
    expect((await platform.import()).outcome).toBe("imported");
  });

  it("where a row to be created would bring an id of the other database", async () => {
    await withUsers(
      "email text UNIQUE, plan_id int REFERENCES plans",
      "common: { public.users: { match: [email], create: [plan_id] }, public.plans: { match: [code] } }",
      "CREATE TABLE plans (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE);",
    );
    await platform.source.query(
      "INSERT INTO plans (code) VALUES ('free'); INSERT INTO users (email, plan_id) VALUES ('ann', 1)",
    );
    await everybodyIsMember();
    await platform.target.query("INSERT INTO plans (code) VALUES ('dear'), ('free')");
    expect(await platform.refused()).toEqual(["common-rows-not-creatable"]);
  });

  it("where a row to be created points at a global row that is not here", async () => {
    await withUsers(
      "email text UNIQUE, country text REFERENCES countries",
      `
      tables: { public.countries: global }
      common: { public.users: { match: [email], create: [country] } }`,
      "CREATE TABLE countries (code text PRIMARY KEY);",
    );
    await platform.source.query(
      "INSERT INTO countries VALUES ('de'); INSERT INTO users (email, country) VALUES ('ann', 'de')",
    );
    await everybodyIsMember();
    expect(await platform.refused()).toEqual(["reference-dangles"]);
    await platform.target.query("INSERT INTO countries VALUES ('de')");
    await platform.import();
    expect(await members("u.email, u.country")).toEqual([["ann", "de"]]);
  });

  it("where another unique value of a row to be created is taken", async () => {
    await withUsers(
      "email text UNIQUE, nick text UNIQUE",
      "common: { public.users: { match: [email], create: [nick] } }",
    );
    await platform.source.query("INSERT INTO users (email, nick) VALUES ('ann', 'a')");
    await everybodyIsMember();
    await platform.target.query("INSERT INTO users (email, nick) VALUES ('ben', 'a')");
    expect(await platform.refused()).toEqual(["common-rows-missing"]);
    expect((await platform.target.query("SELECT email FROM users")).rows).toEqual([{ email: "ben" }]);
  });

  it("where the platform file here allows less than the bundle says", async () => {
    await withUsers(
      "email text UNIQUE, admin bool",
      "common: { public.users: { match: [email], create: [admin] } }",
    );
    await platform.source.query("INSERT INTO users (email, admin) VALUES ('ann', true)");
    await everybodyIsMember();
    const tenant = "platform: tiny\ntenant: { table: public.orgs, key: id, slug: slug }\n";
    const strict = parsePlatform(`${tenant}common: { public.users: { match: [email] } }`);
    expect(await platform.refused({ platform: strict })).toEqual(["common-rows-missing"]);
    const narrow = parsePlatform(`${tenant}common: { public.users: { match: [email], create: [email] } }`);
    await platform.import({ platform: narrow });
    expect(await members("u.email, u.admin")).toEqual([["ann", null]]);
    const other = parsePlatform(`${tenant}tables: { public.users: excluded }`);
    expect(await platform.refused({ platform: other, newSlug: "again" })).toContain("common-differs");
  });
});

describe("a table that holds tenants' rows and shared ones", () => {
  const roles = `${ORGS} CREATE TABLE roles (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id uuid REFERENCES orgs,
      name text NOT NULL, parent_id int REFERENCES roles, UNIQUE NULLS NOT DISTINCT (org_id, name));
    CREATE TABLE grants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs,
      role_id int NOT NULL REFERENCES roles, also int[]);`;
  const yaml = `
    tables: { public.roles: { null_key: shared } }
    common: { public.roles: { match: [name] } }
    references: [{ from: public.grants.also, each: true, to: public.roles.id }]`;
  const granted = `SELECT r.name, r.org_id IS NULL AS shared, g.org_id = r.org_id AS own,
      (SELECT name FROM roles WHERE id = r.parent_id) AS parent,
      ARRAY(SELECT name FROM roles, unnest(g.also) also WHERE also = id ORDER BY 1) AS also
    FROM grants g JOIN roles r ON r.id = g.role_id JOIN orgs ON orgs.id = g.org_id WHERE slug = $1 ORDER BY 1`;

  it("gives its own rows fresh ids and finds the shared ones, whichever way they are pointed at", async () => {
    platform = await tinyPlatform(roles, yaml);
    await platform.source.query(`
      INSERT INTO orgs (slug) VALUES ('acme'), ('other');
      INSERT INTO roles (name) VALUES ('admin'), ('guest');
      INSERT INTO roles (name, org_id, parent_id) SELECT 'chief', id, 1 FROM orgs;
      INSERT INTO grants (org_id, role_id, also) SELECT o.id, r.id, ARRAY[2, r.id] FROM orgs o JOIN roles r ON r.org_id = o.id OR r.id = 1`);
    for (const client of [platform.target])
      await client.query("INSERT INTO roles (name) VALUES ('guest'), ('else'), ('admin')");
    const before = (await platform.source.query(granted, ["acme"])).rows;
    expect(before).toHaveLength(2);
    const bundle = await platform.export("acme");
    expect(bundle.seal.tables.find(({ section }) => section === "reference")?.rows).toBe(2);
    for (const ids of ["fresh", "kept"] as const) {
      await platform.target.query(
        "TRUNCATE orgs, grants CASCADE; INSERT INTO roles (name) VALUES ('guest'), ('else'), ('admin')",
      );
      await platform.import({ ids });
      expect((await platform.target.query(granted, ["acme"])).rows).toEqual(before);
    }
    await platform.import({ url: platform.sourceUrl, newSlug: "copy" });
    expect((await platform.source.query(granted, ["copy"])).rows).toEqual(before);
  });

  it("keeps another tenant's row at home, even where this tenant points at it", async () => {
    platform = await tinyPlatform(roles, yaml);
    await platform.source.query(`
      INSERT INTO orgs (slug) VALUES ('acme'), ('other');
      INSERT INTO roles (name, org_id) SELECT 'secret of other', id FROM orgs WHERE slug = 'other';
      INSERT INTO grants (org_id, role_id) SELECT id, 1 FROM orgs WHERE slug = 'acme'`);
    const bundle = await platform.export("acme");
    expect(
      bundle.seal.tables.filter(({ section }) => section === "reference").map(({ rows }) => rows),
    ).toEqual([0]);
    expect(await platform.refused()).toContain("reference-dangles");
  });

  it("finds shared rows only among the shared, also where the way to the tenant is longer", async () => {
    platform = await tinyPlatform(
      `${ORGS} CREATE TABLE teams (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs);
       CREATE TABLE labels (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, team_id uuid REFERENCES teams, name text);
       CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, label_id int REFERENCES labels);`,
      `
      tables: { public.labels: { null_key: shared } }
      common: { public.labels: { match: [name] } }`,
    );
    await platform.source.query(`
      INSERT INTO orgs (slug) VALUES ('acme'); INSERT INTO labels (name) VALUES ('red');
      INSERT INTO notes (org_id, label_id) SELECT id, 1 FROM orgs`);
    await platform.target.query(`
      INSERT INTO orgs (slug) VALUES ('other'); INSERT INTO teams (org_id) SELECT id FROM orgs;
      INSERT INTO labels (name, team_id) SELECT 'red', id FROM teams`);
    await platform.export("acme");
    expect(await platform.refused()).toEqual(["common-rows-missing"]);
    await platform.target.query("INSERT INTO labels (name) VALUES ('red')");
    await platform.import();
    expect((await platform.target.query("SELECT label_id FROM notes")).rows).toEqual([{ label_id: 2 }]);
  });
});

describe("common rows that common rows point at", () => {
  it("are carried along, though nothing of the tenant's points at them", async () => {
    platform = await tinyPlatform(
      `${ORGS} CREATE TABLE plans (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE);
       CREATE TABLE prices (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE, plan_id int REFERENCES plans);
       CREATE TABLE subscriptions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, price_id int REFERENCES prices);`,
      "common: { public.plans: { match: [code] }, public.prices: { match: [code] } }",
    );
    await platform.source.query(`
      INSERT INTO orgs (slug) VALUES ('acme'); INSERT INTO plans (code) VALUES ('unused'), ('gold');
      INSERT INTO prices (code, plan_id) VALUES ('p1', 1), ('p2', 2), ('p3', 2);
      INSERT INTO subscriptions (org_id, price_id) SELECT id, 2 FROM orgs`);
    const bundle = await platform.export("acme");
    const carried = bundle.manifest.reference.map(({ name, ordinal }) => [
      name,
      bundle.seal.tables.find((table) => table.section === "reference" && table.ordinal === ordinal)?.rows,
    ]);
    expect(carried).toEqual([
      ["plans", 1],
      ["prices", 1],
    ]);
    expect(await platform.refused()).toEqual(["common-rows-missing", "common-rows-missing"]);
  });

  /** Which common rows the bundle carries, by table, from its reference members. */
  async function carried(slug: string): Promise<Record<string, number>> {
    const { manifest, seal } = await platform.export(slug);
    const rows = seal.tables.filter(({ section }) => section === "reference");
    return Object.fromEntries(
      manifest.reference.map(({ name, ordinal }) => [
        name,
        rows.find((each) => each.ordinal === ordinal)!.rows,
      ]),
    );
  }

  it("are carried along a chain within one table, to its end", async () => {
    platform = await tinyPlatform(
      `${ORGS} CREATE TABLE areas (id int PRIMARY KEY, code text UNIQUE, part_of int REFERENCES areas);
       CREATE TABLE sites (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, area_id int REFERENCES areas);`,
      "common: { public.areas: { match: [code] } }",
    );
    await platform.source.query(`
      INSERT INTO orgs (slug) VALUES ('acme'), ('other');
      INSERT INTO areas SELECT n, 'a' || n, nullif(n - 1, 0) FROM generate_series(1, 40) n;
      UPDATE areas SET part_of = 12 WHERE id = 10;
      INSERT INTO sites (org_id, area_id) SELECT id, CASE slug WHEN 'acme' THEN 15 ELSE 40 END FROM orgs`);
    // 15, 14, 13, 12, 11, 10 and from there back to 12; 1 to 9 are nobody's.
    expect(await carried("acme")).toEqual({ areas: 6 });
    expect(await carried("other")).toEqual({ areas: 31 });
    await platform.target.query("INSERT INTO areas SELECT n, 'a' || n FROM generate_series(10, 15) n");
    await platform.export("acme");
    await platform.import();
    expect((await platform.target.query("SELECT area_id FROM sites")).rows).toEqual([{ area_id: 15 }]);
  });

  it("are carried round a circle of tables, into and out of it", async () => {
    platform = await tinyPlatform(
      `CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; ${ORGS}
       CREATE TABLE currencies (code ext.citext PRIMARY KEY, home int);
       CREATE TABLE countries (id int PRIMARY KEY, code text UNIQUE, pays_in ext.citext REFERENCES currencies);
       ALTER TABLE currencies ADD FOREIGN KEY (home) REFERENCES countries;
       CREATE TABLE plans (code text PRIMARY KEY, priced_in ext.citext REFERENCES currencies);
       CREATE TABLE banks (code text PRIMARY KEY);
       ALTER TABLE countries ADD central text REFERENCES banks;
       CREATE TABLE subscriptions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, plan text REFERENCES plans);`,
      `common:
         public.currencies: { match: [code] }
         public.countries: { match: [code] }
         public.plans: { match: [code] }
         public.banks: { match: [code] }`,
    );
    // A plan is priced in c1, which is at home in country 1, which pays in C2 (by any case), at home in 2.
    await platform.source.query(`
      INSERT INTO orgs (slug) VALUES ('acme'); INSERT INTO banks VALUES ('b1'), ('b2'), ('b9');
      INSERT INTO currencies VALUES ('c1'), ('c2'), ('c3'), ('c4');
      INSERT INTO countries VALUES (1, 'x', 'C2', 'b1'), (2, 'y', 'c1', 'b2'), (3, 'z', 'c4', 'b9');
      UPDATE currencies SET home = CASE code WHEN 'c1' THEN 1 WHEN 'c2' THEN 2 ELSE 3 END;
      INSERT INTO plans VALUES ('gold', 'C1'), ('unused', 'c3');
      INSERT INTO subscriptions (org_id, plan) SELECT id, 'gold' FROM orgs`);
    expect(await carried("acme")).toEqual({ banks: 2, countries: 2, currencies: 2, plans: 1 });
  });

  it("stay at home in a circle where they are another tenant's", async () => {
    platform = await tinyPlatform(
      `${ORGS} CREATE TABLE roles (id int PRIMARY KEY, org_id uuid REFERENCES orgs, name text, parent_id int REFERENCES roles);
       CREATE TABLE grants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, role_id int REFERENCES roles);`,
      "tables: { public.roles: { null_key: shared } }\ncommon: { public.roles: { match: [name] } }",
    );
    await platform.source.query(`
      INSERT INTO orgs (slug) VALUES ('acme'), ('other');
      INSERT INTO roles SELECT 1, NULL, 'root', NULL;
      INSERT INTO roles SELECT 2, id, 'hidden', 1 FROM orgs WHERE slug = 'other';
      INSERT INTO roles VALUES (3, NULL, 'leaf', 2), (4, NULL, 'twig', 1);
      INSERT INTO grants (org_id, role_id) SELECT id, r FROM orgs, unnest(ARRAY[3, 4]) r WHERE slug = 'acme'`);
    expect(await carried("acme")).toEqual({ roles: 3 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planRemap } from "../remap/remap-plan.ts";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";
import { countResidents, countTaken, globalKeys } from "./taken.ts";

let platform: TinyPlatform;
beforeAll(async () => {
  platform = await tinyPlatform(
    `${ORGS} CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE DOMAIN "Odd.Code" AS varchar(9);
     CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE);
     CREATE TABLE things (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs,
       user_id int UNIQUE REFERENCES users, kind text, subject uuid, UNIQUE (kind, subject), UNIQUE (org_id, kind),
       key text UNIQUE, data jsonb UNIQUE, list uuid[] UNIQUE, "a.""b" "Odd.Code", serial_no int, UNIQUE ("a.""b", serial_no),
       mail ext.citext UNIQUE);
     CREATE UNIQUE INDEX ON things (lower(key)); CREATE UNIQUE INDEX ON things (serial_no) WHERE kind IS NULL;`,
    `
    common: { public.users: { match: [email] } }
    references:
      - { from: public.things.subject, when: { kind: org }, to: public.orgs.id }
      - { from: public.things.key, pattern: "o/{public.orgs.id}/*" }
      - { from: public.things.data, path: "$.org", to: public.orgs.id }
      - { from: public.things.list, each: true, to: public.orgs.id }`,
  );
  await platform.source.query(`
    INSERT INTO orgs (slug) VALUES ('acme'); INSERT INTO users (email) VALUES ('ann');
    INSERT INTO things (org_id, user_id, kind, subject, key, data, list)
      SELECT id, 1, 'org', id, 'o/' || id || '/1', jsonb_build_object('org', id), ARRAY[id] FROM orgs;
    INSERT INTO things (org_id, "a.""b", serial_no, mail) SELECT id, 'x', 7, 'Ann@X' FROM orgs`);
  await platform.export("acme");
});
afterAll(() => platform.drop());

async function keys(ids: "fresh" | "kept") {
  const { manifest, target } = await platform.dryRun({ ids });
  const found = globalKeys(target.catalog, planRemap(target.model, manifest, ids));
  return found.map(({ key }) => key.columns.join(", ")).toSorted();
}

describe("the unique keys that are looked at before the load", () => {
  it("are those that hold no id, be it fresh, looked up, or inside of another value", async () => {
    expect(await keys("fresh")).toEqual(['a."b, serial_no', "mail", "serial_no", "slug"]);
  });

  it("are all but those with looked-up ids where ids are kept", async () => {
    expect(await keys("kept")).toEqual(
      [
        'a."b, serial_no',
        "data",
        "id",
        "id",
        "key",
        "kind, subject",
        "list",
        "mail",
        "lower(key)",
        "org_id, kind",
        "serial_no",
        "slug",
      ].toSorted(),
    );
  });

  it("let an import through beside the original, whose ids inside keys all change", async () => {
    await platform.source.query(`UPDATE things SET serial_no = NULL, mail = NULL, user_id = NULL`);
    await platform.export("acme");
    const { tables } = await platform.import({ url: platform.sourceUrl, newSlug: "copy" });
    expect(tables.map(({ rows }) => rows)).toEqual([1, 2]);
  });
});

describe("values that are taken", () => {
  it("are counted as their types compare, by rows of all the key's columns", async () => {
    await platform.target.query(`
      INSERT INTO orgs (slug) VALUES ('t'), ('u');
      INSERT INTO things (org_id, "a.""b", serial_no, mail) SELECT id, 'x', 7, 'ANN@x' FROM orgs WHERE slug = 't';
      INSERT INTO things (org_id, "a.""b", serial_no) SELECT id, 'x', 8 FROM orgs WHERE slug = 't'`);
    const { target } = await platform.dryRun();
    const thing = target.catalog.tables.get("public.things")!;
    const keyOf = (...columns: string[]) => ({
      table: thing.id,
      key: thing.keys.find((key) => key.columns.join() === columns.join())!,
      needs: columns,
      rule: null,
      withNulls: false,
      everyRow: false,
    });
    const taken = countTaken(platform.target, target.catalog, keyOf('a."b', "serial_no"), [
      ["x", "7"],
      ["x", "9"],
      ["y", "8"],
    ]);
    expect(await taken).toBe(1);
    expect(await countTaken(platform.target, target.catalog, keyOf("mail"), [["ann@X"], ["ben@x"]])).toBe(1);
    expect(await countResidents(platform.target, target.model)).toBe(2);
  });
});

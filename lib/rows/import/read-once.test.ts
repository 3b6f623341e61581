/** Imports whose rows are read by the load alone, and those that must be read before. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { at } from "../../bundle/testing/broken-bundles.ts";
import { repack, sealFor, sealMember, unpack } from "../../bundle/testing/hand-packed.ts";
import { quietContext } from "../run-context.ts";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";
import { refusal } from "../testing/walk.ts";

const SCHEMA = `${ORGS}
  CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs,
    about int, code text, UNIQUE (code) DEFERRABLE INITIALLY DEFERRED);
  CREATE TABLE tasks (id serial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, parent int REFERENCES tasks,
    copied_from int, linked int[] NOT NULL DEFAULT '{}', path text, name text NOT NULL);`;

const YAML = `
  references:
    - { from: public.notes.about, to: public.tasks.id }
    - { from: public.tasks.copied_from, to: public.tasks.id }
    - { from: public.tasks.linked, each: true, to: public.tasks.id }
    - { from: public.tasks.path, pattern: "/t/{public.tasks.id}" }`;

let platform: TinyPlatform;
beforeEach(async () => {
  platform = await tinyPlatform(SCHEMA, YAML);
  // Another tenant's rows between the tenant's, at home; and residents who have the same numbers elsewhere.
  await platform.source.query(`INSERT INTO orgs (slug) VALUES ('acme'), ('other');
    INSERT INTO tasks (org_id, name) SELECT id, slug || n FROM generate_series(1, 300) n, orgs ORDER BY n, slug;
    UPDATE tasks SET parent = CASE WHEN id % 4 < 2 THEN id + 4 ELSE id - 2 END, copied_from = id,
      linked = ARRAY[id, id - 2, id + 2], path = '/t/' || (id + 2) WHERE id BETWEEN 11 AND 500;
    UPDATE tasks SET name = name || '!' WHERE id IN (21, 399);
    INSERT INTO notes (org_id, about, code) SELECT org_id, id, 'n' || id FROM tasks ORDER BY id DESC`);
  await platform.target.query(`INSERT INTO orgs (slug) VALUES ('resident');
    INSERT INTO tasks (org_id, name) SELECT id, 'r' || n FROM orgs, generate_series(1, 50) n;
    INSERT INTO notes (org_id, code) SELECT id, 'resident' FROM orgs`);
});
afterEach(() => platform.drop());

/** What a tenant's rows say of one another, by names: ids are no part of it. */
const SAID = `
  SELECT t.name, p.name, c.name, array_agg(l.name ORDER BY at), s.name, array_agg(DISTINCT n.code)
    FROM tasks t JOIN orgs ON orgs.id = t.org_id AND slug = $1
    LEFT JOIN tasks p ON p.id = t.parent LEFT JOIN tasks c ON c.id = t.copied_from
    LEFT JOIN unnest(t.linked) WITH ORDINALITY u(id, at) ON true LEFT JOIN tasks l ON l.id = u.id
    LEFT JOIN tasks s ON t.path = '/t/' || s.id LEFT JOIN notes n ON n.about = t.id
   GROUP BY t.id, t.name, p.name, c.name, s.name ORDER BY t.name`;

const RESIDENTS = `
  SELECT md5(string_agg(r, ',' ORDER BY r)) FROM (
    SELECT tasks::text FROM tasks JOIN orgs ON orgs.id = org_id AND slug <> 'copy'
    UNION ALL SELECT notes::text FROM notes JOIN orgs ON orgs.id = org_id AND slug <> 'copy') x(r)`;

async function values(where: "source" | "target", text: string, parameters: unknown[] = []) {
  return (await platform[where].query({ text, values: parameters, rowMode: "array" })).rows;
}

/** Imports as `copy`, and gives the phases that it went through and what it found. */
async function imported(where: "source" | "target" = "target", ids: "fresh" | "kept" = "fresh") {
  const phases = new Set<string>();
  const before = await values(where, RESIDENTS);
  const { findings } = await platform.import(
    { newSlug: "copy", ids, ...(where === "source" ? { url: platform.sourceUrl } : {}) },
    quietContext({ progress: ({ phase }) => void phases.add(phase) }),
  );
  expect(await values(where, RESIDENTS)).toEqual(before);
  const dangling = findings.filter(({ code }) => code === "soft-reference-dangles");
  return { phases: [...phases], dangling: dangling.map(({ where, count }) => [where, count]) };
}

describe("with fresh ids", () => {
  it("rows with integers of their own are read before, and keep their order by them", async () => {
    await platform.source.query(`CREATE TABLE shuffled AS SELECT * FROM tasks ORDER BY md5(id::text);
      UPDATE tasks SET parent = NULL; DELETE FROM tasks; INSERT INTO tasks SELECT * FROM shuffled; DROP TABLE shuffled`);
    await platform.export("acme");
    expect(await imported()).toEqual({ phases: ["verifying", "loading", "checking"], dangling: [] });
    const said = await values("source", SAID, ["acme"]);
    expect(said).toHaveLength(300);
    expect(await values("target", SAID, ["copy"])).toEqual(said);
    const inOrder = "SELECT name FROM tasks JOIN orgs ON orgs.id = org_id AND slug = $1 ORDER BY tasks.id";
    expect(await values("target", inOrder, ["copy"])).toEqual(await values("source", inOrder, ["acme"]));
  });

  it("rows that name one which is nowhere name nobody afterwards", async () => {
    await platform.source.query(`UPDATE tasks SET copied_from = 999 WHERE id = 401;
      UPDATE notes SET about = 999 WHERE id = (SELECT max(id) FROM notes WHERE about = 401)`);
    await platform.export("acme");
    const { dangling } = await imported();
    expect(dangling.sort()).toEqual([
      ["public.notes.about", 1],
      ["public.tasks.copied_from", 1],
    ]);
    const all =
      "SELECT t.name FROM tasks t JOIN orgs ON orgs.id = org_id AND slug = 'copy' WHERE copied_from IS NULL";
    expect(await values("target", `${all} AND parent IS NOT NULL`)).toEqual([["acme201"]]);
    expect(
      await values("target", "SELECT count(*)::int FROM notes WHERE about IS NULL AND code <> 'resident'"),
    ).toEqual([[1]]);
  });

  it("rows whose ids are made of the old ones are read once", async () => {
    const uuids = await tinyPlatform(`${ORGS}
      CREATE TABLE items (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs,
        parent uuid REFERENCES items, name text);`);
    try {
      await uuids.source.query(`INSERT INTO orgs (slug) VALUES ('acme'), ('other');
        INSERT INTO items (org_id, name) SELECT id, slug || n FROM orgs, generate_series(1, 20) n;
        UPDATE items i SET parent = p.id FROM items p WHERE p.org_id = i.org_id AND p.name LIKE '%7'`);
      await uuids.export("acme");
      const phases = new Set<string>();
      await uuids.import({}, quietContext({ progress: ({ phase }) => void phases.add(phase) }));
      expect([...phases]).toEqual(["loading", "checking"]);
      const said = `SELECT i.name, p.name FROM items i JOIN orgs ON orgs.id = i.org_id AND slug = 'acme'
        LEFT JOIN items p ON p.id = i.parent AND p.org_id = i.org_id ORDER BY 1, 2`;
      expect((await uuids.target.query(said)).rows).toEqual((await uuids.source.query(said)).rows);
      expect((await uuids.target.query(said)).rowCount).toBe(20);
    } finally {
      await uuids.drop();
    }
  });
});

it("with kept ids rows are read once", async () => {
  await platform.target.query("TRUNCATE tasks, notes");
  await platform.export("acme");
  expect(await imported("target", "kept")).toMatchObject({ phases: ["loading", "checking"] });
  expect(await values("target", SAID, ["copy"])).toEqual(await values("source", SAID, ["acme"]));
});

describe("a bundle that is not what was exported", () => {
  const forge = async (seal: "old" | "new", found: RegExp, put: string) => {
    const { path } = await platform.export("acme");
    const honest = (await unpack(path)).slice(0, -1);
    const forged = honest.map((member) => ({ ...member }));
    const part = forged.find(
      ({ name, content }) => name.startsWith("data/") && found.test(content.toString()),
    )!;
    part.content = Buffer.from(part.content.toString().replace(found, put));
    expect(part.content.equals(at(honest, part.name).content)).toBe(false);
    const altered = await repack([...forged, sealMember(sealFor(seal === "old" ? honest : forged))]);
    const before = await values("target", RESIDENTS);
    const findings = await refusal(platform.import({ path: altered, newSlug: "copy" }));
    expect(await values("target", RESIDENTS)).toEqual(before);
    expect(await values("target", "SELECT count(*)::int FROM orgs")).toEqual([[1]]);
    return findings.filter(({ severity }) => severity === "blocks").map(({ code, where }) => [code, where]);
  };

  it.each([
    ["a value", /"name":"acme5"/, '"name":"acme6"'],
    ["an id that is another row's", /"id":5,/, '"id":7,'],
    ["a reference to a row that is not there", /"copied_from":21,/, '"copied_from":999,'],
    ["an id that is none", /"id":5,/, '"id":"five",'],
  ])("is told as altered: %s", async (_what, found, put) => {
    expect(await forge("old", found, put)).toMatchObject([["bundle-member-altered", expect.any(String)]]);
  });

  it("and is sealed anew is refused where two rows have one id, or an id is beyond what is mapped", async () => {
    expect(await forge("new", /"id":5,/, '"id":7,')).toEqual([["unique-taken", "public.tasks tasks_pkey"]]);
    expect(await forge("new", /"id":"(\d+)"/, '"id":"9007199254740993"')).toEqual([
      ["integer-id-too-large", "public.notes.id"],
    ]);
  });
});

/** Such a constraint is checked by a trigger, and triggers are off. */
describe("a deferrable unique constraint", () => {
  it.each(["fresh", "kept"] as const)(
    "that a row breaks beyond the first thousand stops it, ids %s",
    async (ids) => {
      await platform.source.query(`INSERT INTO notes (org_id, code)
      SELECT orgs.id, 'more' || n FROM orgs, generate_series(1, 1500) n WHERE slug = 'acme' ORDER BY n`);
      await platform.target.query(`TRUNCATE tasks, notes;
        INSERT INTO notes (id, org_id, code) OVERRIDING SYSTEM VALUE SELECT 99999, id, 'more1400' FROM orgs`);
      await platform.export("acme");
      const before = await values("target", RESIDENTS);
      const findings = await refusal(platform.import({ newSlug: "copy", ids }));
      expect(findings.filter(({ severity }) => severity === "blocks")).toMatchObject([
        { code: "unique-taken", where: expect.stringContaining("notes"), count: 1 },
      ]);
      expect(await values("target", RESIDENTS)).toEqual(before);
      expect(await values("target", "SELECT count(*)::int FROM orgs WHERE slug <> 'resident'")).toEqual([
        [0],
      ]);
    },
  );
});

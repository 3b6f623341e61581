/** Keys and constraints as real schemas have them: what loads, what collides, and what is found before a row is written. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { codesOf, goRound, ORGS_TABLE, owned, roundOf } from "../testing/stranger.ts";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";

/** Several exports and imports a case. */
vi.setConfig({ testTimeout: 120_000 });

let platform: TinyPlatform | null = null;
afterEach(async () => {
  await platform?.drop();
  platform = null;
});

const HOME = "INSERT INTO orgs (slug) VALUES ('acme'), ('other');";
const ELSEWHERE = "INSERT INTO orgs (slug) VALUES ('resident');";
const BY_ORG = "t.org_id::text = $1";

it("identities that are always made, serials, composite keys, and tables with a unique index or nothing at all", async () => {
  const { rows } = await roundOf({
    schema: `${ORGS}
      CREATE TABLE always (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
      CREATE TABLE pairs (always_id int REFERENCES always, position smallint, note text, PRIMARY KEY (always_id, position));
      CREATE TABLE lines (always_id int, position smallint, line smallint, FOREIGN KEY (always_id, position) REFERENCES pairs,
        UNIQUE (always_id, position, line));
      CREATE TABLE indexed (org_id uuid NOT NULL REFERENCES orgs, name text NOT NULL); CREATE UNIQUE INDEX ON indexed (org_id, name);
      CREATE TABLE bare (org_id uuid NOT NULL REFERENCES orgs, at timestamptz, same text);`,
    // A row without its pair is nobody's.
    yaml: "tables: { public.lines: { null_key: owned } }",
    rows: `${HOME} INSERT INTO always (org_id) SELECT id FROM orgs, generate_series(1, 2);
      INSERT INTO pairs SELECT id, n, 'p' FROM always, generate_series(1, 2) n;
      INSERT INTO lines SELECT always_id, position, 1 FROM pairs; INSERT INTO lines SELECT id, NULL, 2 FROM always;
      INSERT INTO indexed SELECT id, 'x' FROM orgs; INSERT INTO bare SELECT id, '-infinity', 'twice' FROM orgs, generate_series(1, 2);`,
    elsewhere: `${ELSEWHERE} INSERT INTO always (org_id) SELECT id FROM orgs;`,
    tables: [
      ORGS_TABLE,
      owned("always", BY_ORG, ["id"], { org_id: "orgs(id)" }),
      owned("pairs", "t.always_id IN (SELECT id FROM always WHERE org_id::text = $1)", [], {
        always_id: "always(id)",
      }),
      owned(
        "lines",
        "(t.always_id, t.position) IN (SELECT p.always_id, p.position FROM pairs p JOIN always a ON a.id = p.always_id WHERE org_id::text = $1)",
        [],
        { "always_id, position": "pairs(always_id, position)" },
      ),
      owned("indexed", BY_ORG, [], { org_id: "orgs(id)" }),
      owned("bare", BY_ORG, [], { org_id: "orgs(id)" }),
    ],
  });
  expect(rows).toBe(1 + 2 + 4 + 4 + 1 + 2);
});

it("a number that is drawn and is no id stays as it is, and its sequence goes on behind it", async () => {
  platform = await tinyPlatform(
    `${ORGS} CREATE TABLE bills (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, number serial, UNIQUE (org_id, number));`,
  );
  await platform.source.query(`${HOME} SELECT setval('bills_number_seq', 40);
    INSERT INTO bills (org_id) SELECT id FROM orgs, generate_series(1, 3) ORDER BY slug`);
  await platform.export("acme");
  await platform.import({ newSlug: "copy" });
  const { rows } = await platform.target.query(
    "INSERT INTO bills (org_id) SELECT id FROM orgs RETURNING number",
  );
  const { rows: kept } = await platform.target.query(
    "SELECT max(number) AS number FROM bills WHERE number < $1",
    [rows[0].number],
  );
  expect([kept[0].number, rows[0].number]).toEqual([43, 44]);
});

it("composite foreign keys, foreign keys to keys that are not primary, and a SET NULL of one column", async () => {
  const { rows } = await roundOf({
    schema: `${ORGS}
      CREATE TABLE projects (org_id uuid NOT NULL REFERENCES orgs, id uuid DEFAULT gen_random_uuid(), handle uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
        code text NOT NULL, PRIMARY KEY (id), UNIQUE (org_id, id), UNIQUE (org_id, code));
      CREATE TABLE tasks (id bigserial PRIMARY KEY, org_id uuid NOT NULL, project_id uuid,
        FOREIGN KEY (org_id, project_id) REFERENCES projects (org_id, id) ON DELETE SET NULL (project_id));
      CREATE TABLE hooks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), project uuid NOT NULL REFERENCES projects (handle));
      CREATE TABLE tags (org_id uuid NOT NULL, code text NOT NULL, tag text, FOREIGN KEY (org_id, code) REFERENCES projects (org_id, code) MATCH FULL);`,
    rows: `${HOME} INSERT INTO projects (org_id, code) SELECT id, 'c' || n FROM orgs, generate_series(1, 2) n;
      INSERT INTO tasks (org_id, project_id) SELECT org_id, id FROM projects; INSERT INTO tasks (org_id) SELECT id FROM orgs;
      INSERT INTO hooks (project) SELECT handle FROM projects; INSERT INTO tags SELECT org_id, code, 't' FROM projects;`,
    elsewhere: `${ELSEWHERE} INSERT INTO tasks (org_id) SELECT id FROM orgs;`,
    tables: [
      ORGS_TABLE,
      owned("projects", BY_ORG, ["id", "handle"], { org_id: "orgs(id)" }),
      owned("tasks", BY_ORG, ["id"], { org_id: "orgs(id)", "org_id, project_id": "projects(org_id, id)" }),
      owned("hooks", "t.project IN (SELECT handle FROM projects WHERE org_id::text = $1)", ["id"], {
        project: "projects(handle)",
      }),
      owned("tags", BY_ORG, [], { org_id: "orgs(id)" }),
    ],
  });
  expect(rows).toBe(1 + 2 + 3 + 2 + 2);
});

it("a foreign key that was never validated: rows that break it are named, and nothing changes", async () => {
  platform = await tinyPlatform(`${ORGS}
    CREATE TABLE people (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
    CREATE TABLE posts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, author bigint);`);
  await platform.source.query(`${HOME} INSERT INTO people (org_id) SELECT id FROM orgs;
    INSERT INTO posts (org_id, author) SELECT org_id, id FROM people; INSERT INTO posts (org_id, author) SELECT id, 77 FROM orgs;`);
  for (const where of ["source", "target"] as const)
    await platform[where].query("ALTER TABLE posts ADD FOREIGN KEY (author) REFERENCES people NOT VALID");
  const { findings } = await platform.export("acme");
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: "foreign-key-not-validated",
      where: "public.posts.author",
      severity: "notes",
    }),
  );
  expect(await platform.refused({ url: platform.sourceUrl, newSlug: "copy" })).toEqual(["reference-dangles"]);
  expect(await platform.refused({ ids: "kept" })).toEqual(["reference-dangles"]);
  expect((await platform.target.query("SELECT FROM orgs")).rows).toEqual([]);
});

it("foreign keys without an index on the child are named, each with what it costs, and stop nothing", async () => {
  platform = await tinyPlatform(`${ORGS}
    CREATE TABLE carts (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
    CREATE TABLE items (id bigserial PRIMARY KEY, cart_id bigint NOT NULL REFERENCES carts); CREATE INDEX ON items (cart_id);
    CREATE TABLE notes (id bigserial PRIMARY KEY, item_id bigint NOT NULL REFERENCES items);`);
  await platform.source.query(`${HOME} INSERT INTO carts (org_id) SELECT id FROM orgs;
    INSERT INTO items (cart_id) SELECT id FROM carts; INSERT INTO notes (item_id) SELECT id FROM items`);
  const { findings } = await platform.export("acme");
  const missing = findings.filter(({ code }) => code.endsWith("-index-missing"));
  expect(missing.map(({ code, where, severity }) => [code, where, severity])).toEqual([
    ["tenant-key-index-missing", "public.carts.org_id", "warns"],
    ["foreign-key-index-missing", "public.notes.item_id", "warns"],
  ]);
  expect(missing[1]!.what).toContain("Deleting a row of public.items reads all of public.notes");
});

describe("tables that point at each other in a circle", () => {
  const CIRCLE = `${ORGS}
    CREATE TABLE teams (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, lead uuid NOT NULL);
    CREATE TABLE people (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), team_id bigint NOT NULL REFERENCES teams, boss uuid NOT NULL, room int NOT NULL);
    CREATE TABLE rooms (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, keeper uuid NOT NULL REFERENCES people);
    ALTER TABLE teams ADD FOREIGN KEY (lead) REFERENCES people; ALTER TABLE people ADD FOREIGN KEY (boss) REFERENCES people;
    ALTER TABLE people ADD FOREIGN KEY (room) REFERENCES rooms;`;
  const ROWS = (slug: string, id: number) => `INSERT INTO orgs (slug) VALUES ('${slug}');
    WITH p AS (INSERT INTO people (id, team_id, boss, room) SELECT v::uuid, ${id}, '${id}0000000-0000-0000-0000-000000000001', ${id} FROM unnest('{${id}0000000-0000-0000-0000-000000000001,${id}0000000-0000-0000-0000-000000000002}'::text[]) v),
      t AS (INSERT INTO teams (id, org_id, lead) SELECT ${id}, id, '${id}0000000-0000-0000-0000-000000000001' FROM orgs WHERE slug = '${slug}'),
      r AS (INSERT INTO rooms (id, keeper) OVERRIDING SYSTEM VALUE SELECT ${id}, '${id}0000000-0000-0000-0000-000000000002') SELECT;`;
  const teams = "SELECT id FROM teams WHERE org_id::text = $1";
  const tables = [
    ORGS_TABLE,
    owned("teams", BY_ORG, ["id"], { org_id: "orgs(id)", lead: "people(id)" }),
    owned("people", `t.team_id IN (${teams})`, ["id"], {
      team_id: "teams(id)",
      boss: "people(id)",
      room: "rooms(id)",
    }),
    owned("rooms", `t.keeper IN (SELECT id FROM people WHERE team_id IN (${teams}))`, ["id"], {
      keeper: "people(id)",
    }),
  ];

  it.each(["off", "on"])(
    "of which no edge may be NULL and none waits, with triggers %s",
    async (triggers) => {
      const { rows, exported } = await roundOf({
        schema: CIRCLE,
        rows: `${ROWS("acme", 1)} ${ROWS("other", 2)} SELECT setval('teams_id_seq', 10), setval('rooms_id_seq', 10);`,
        elsewhere: ROWS("resident", 3),
        yaml: `
        triggers: ${triggers}
        tables: { public.people: { path: [team_id, org_id] }, public.rooms: { path: [keeper, team_id, org_id] } }`,
        tables,
      });
      expect(rows).toBe(1 + 1 + 2 + 1);
      expect(exported.find(({ code }) => code === "reference-cycle")?.where).toBe(
        "public.people, public.rooms, public.teams",
      );
    },
  );
});

describe("values that must be unique in the whole database collide on import: each is named before a row is written", () => {
  const UNIQUES = `${ORGS} CREATE EXTENSION citext; CREATE EXTENSION btree_gist;
    CREATE TABLE domains (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, host citext NOT NULL UNIQUE);
    CREATE TABLE links (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, url_id varchar(12) NOT NULL, deleted boolean NOT NULL DEFAULT false);
    CREATE UNIQUE INDEX links_url ON links (url_id) WHERE NOT deleted;
    CREATE TABLE people (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, email text NOT NULL);
    CREATE UNIQUE INDEX people_email ON people (lower(email));
    CREATE TABLE tickets (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, friendly_id text, prefix text);
    CREATE UNIQUE INDEX tickets_name ON tickets (friendly_id, prefix) NULLS NOT DISTINCT;
    CREATE TABLE bookings (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, room text, during tsrange, EXCLUDE USING gist (room WITH =, during WITH &&));`;
  const HELD = (host: string, at: string) => `
    INSERT INTO domains (org_id, host) SELECT id, '${host}' || slug FROM orgs;
    INSERT INTO links (org_id, url_id) SELECT id, 'u${at}' || slug FROM orgs; INSERT INTO links (org_id, url_id, deleted) SELECT id, 'gone', true FROM orgs, generate_series(1, 2);
    INSERT INTO people (org_id, email) SELECT id, 'Ann${at}@' || slug FROM orgs;
    INSERT INTO tickets (org_id, friendly_id) SELECT id, 'T-${at}' || slug FROM orgs;
    INSERT INTO bookings (org_id, room, during) SELECT id, slug, '[2026-0${at}-01, 2026-0${at}-05)' FROM orgs;`;

  it("plain, partial, by expression, with NULLs that are not distinct, and by an exclusion constraint", async () => {
    platform = await tinyPlatform(UNIQUES);
    await platform.source.query(HOME + HELD("a.", "1"));
    await platform.export("acme");
    const plan = await platform.dryRun({ url: platform.sourceUrl, newSlug: "copy" });
    const found = plan.findings.filter(({ severity }) => severity === "blocks");
    expect(found.map(({ code, where }) => [code, where])).toEqual([
      ["exclusion-taken", "public.bookings (bookings_room_during_excl)"],
      ["unique-taken", "public.domains.host"],
      ["unique-taken", "public.links (links_url)"],
      ["unique-taken", "public.people (people_email)"],
      ["unique-taken", "public.tickets.friendly_id, public.tickets.prefix"],
    ]);
    for (const { todo } of found) expect(todo).toBeTruthy();
  });

  it("and let those pass that do not: other values, and rows that a partial index leaves out", async () => {
    platform = await tinyPlatform(UNIQUES);
    const { rows } = await goRound(
      {
        schema: "",
        rows: `${HOME} INSERT INTO links (org_id, url_id, deleted) SELECT id, 'gone', true FROM orgs, generate_series(1, 2);`,
        elsewhere: ELSEWHERE + HELD("b.", "2"),
        tables: [ORGS_TABLE, owned("links", BY_ORG, ["id"], { org_id: "orgs(id)" })],
      },
      platform,
    );
    expect(rows).toBe(3);
    expect(codesOf((await platform.dryRun({ newSlug: "third" })).findings)).not.toContain("unique-taken");
  });
});

it("a human-chosen key without a line says how it is made before anything is tried", async () => {
  platform = await tinyPlatform(
    `${ORGS} CREATE TABLE things (code text PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);`,
  );
  await platform.source.query(`${HOME} INSERT INTO things SELECT slug, id FROM orgs`);
  await platform.export("acme");
  expect(await platform.refused({ url: platform.sourceUrl, newSlug: "copy" })).toContain(
    "text-key-undeclared",
  );
  await platform.import({ ids: "kept" });
});

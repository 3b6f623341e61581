/** Which rows are a tenant's: one case for each way in which real schemas say so. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { codesOf, goRound, ORGS_TABLE, owned, roundOf, type Stranger } from "../testing/stranger.ts";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";

/** Several exports and imports a case. */
vi.setConfig({ testTimeout: 120_000 });

let platform: TinyPlatform | null = null;
afterEach(async () => {
  await platform?.drop();
  platform = null;
});

/** Two tenants at home and one elsewhere. */
const HOME = "INSERT INTO orgs (slug) VALUES ('acme'), ('other');";
const ELSEWHERE = "INSERT INTO orgs (slug) VALUES ('resident');";
const BY_ORG = "t.org_id::text = $1";

describe("the tenant key is", () => {
  const kinds: Record<string, { type: string; values: [string, string, string]; generated?: string }> = {
    uuid: {
      type: "uuid",
      values: [
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
      ],
    },
    "text, cuid": {
      type: "text",
      values: ["cjld2cjxh0000qzrmn831i7rn", "cjld2cyuq0000t3rmniod1foy", "cjld2cyuq0001t3rmniod1foy"],
      generated: "cuid",
    },
    "text, ulid": {
      type: "character varying(26)",
      values: ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "01BX5ZZKBKACTAV9WEVGEMMVRZ", "01BX5ZZKBKACTAV9WEVGEMMVS0"],
      generated: "ulid",
    },
    "text of 21 characters": {
      type: "character(21)",
      values: ["V1StGXR8_Z5jdHi6B-myT", "x2StGXR8_Z5jdHi6B-myT", "y3StGXR8_Z5jdHi6B-myT"],
      generated: "nanoid",
    },
    serial: { type: "serial", values: ["11", "12", "13"] },
    identity: { type: "bigint GENERATED ALWAYS AS IDENTITY", values: ["21", "22", "23"] },
  };
  it.each(Object.entries(kinds))("%s", async (_name, { type, values: [acme, other, there], generated }) => {
    const plain = type.startsWith("serial") ? "integer" : type.replace(/ GENERATED.*/, "");
    const root = (id: string, slug: string) =>
      `INSERT INTO orgs (id, slug) OVERRIDING SYSTEM VALUE VALUES ('${id}', '${slug}');`;
    const advance = generated === undefined && plain !== "uuid" ? "SELECT setval('orgs_id_seq', 50);" : "";
    const { rows } = await roundOf({
      // Bills have the key's name and no foreign key, as in most products.
      schema: `CREATE TABLE orgs (id ${type} PRIMARY KEY, slug text NOT NULL UNIQUE);
        CREATE TABLE items (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id ${plain} NOT NULL REFERENCES orgs, name text);
        CREATE TABLE bills (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id ${plain} NOT NULL, total numeric(12, 3));
        CREATE INDEX ON items (org_id); CREATE INDEX ON bills (org_id);`,
      rows: `${root(acme, "acme")} ${root(other, "other")} ${advance}
        INSERT INTO items (org_id, name) SELECT id, 'item ' || n FROM orgs, generate_series(1, 3) n;
        INSERT INTO bills (org_id, total) SELECT id, n FROM orgs, generate_series(1, 2) n;`,
      elsewhere: `${root(there, "resident")} ${advance} INSERT INTO items (org_id) SELECT id FROM orgs;`,
      yaml: generated === undefined ? "" : `columns: { public.orgs.id: { generated: ${generated} } }`,
      tables: [
        ORGS_TABLE,
        owned("items", BY_ORG, ["id"], { org_id: "orgs(id)" }),
        owned("bills", BY_ORG, ["id"], { org_id: "orgs(id)" }),
      ],
    });
    expect(rows).toBe(6);
  });

  it("a human-readable name inside composite primary keys", async () => {
    const { rows } = await roundOf({
      schema: `CREATE TABLE teams (name text PRIMARY KEY, plan text);
        CREATE TABLE repos (team_name text REFERENCES teams ON UPDATE CASCADE, name text, stars int, PRIMARY KEY (team_name, name));
        CREATE TABLE issues (team_name text, repo_name text, number int, title text, PRIMARY KEY (team_name, repo_name, number),
          FOREIGN KEY (team_name, repo_name) REFERENCES repos ON UPDATE CASCADE);
        CREATE TABLE labels (team_name text, repo_name text, number int, label text,
          PRIMARY KEY (team_name, repo_name, number, label), FOREIGN KEY (team_name, repo_name, number) REFERENCES issues);`,
      rows: `INSERT INTO teams VALUES ('acme', 'pro'), ('Other "team"', 'free');
        INSERT INTO repos SELECT name, r, 7 FROM teams, unnest('{web,api}'::text[]) r;
        INSERT INTO issues SELECT team_name, name, n, 'issue ' || n FROM repos, generate_series(1, 3) n;
        INSERT INTO labels SELECT team_name, repo_name, number, 'bug' FROM issues WHERE number < 3;`,
      elsewhere:
        "INSERT INTO teams VALUES ('resident', 'pro'); INSERT INTO repos VALUES ('resident', 'web', 1);",
      yaml: "tenant: { table: public.teams, key: name, slug: name }",
      tables: [
        {
          name: "public.teams",
          owned: "t.name = $1",
          becomes: { name: { source: "'copy'", imported: "t.name" } },
        },
        ...["repos", "issues", "labels"].map((name) =>
          owned(
            name,
            "t.team_name = $1",
            [],
            {},
            {
              team_name: { source: "'copy'", imported: "t.team_name" },
            },
          ),
        ),
      ],
    });
    expect(rows).toBe(1 + 2 + 6 + 4);
  });

  it("called by two names in one schema", async () => {
    const { rows } = await roundOf({
      schema: `${ORGS}
        CREATE TABLE items (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), organization_id uuid NOT NULL);
        CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), workspace uuid NOT NULL);
        CREATE TABLE tasks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), "tenantId" uuid NOT NULL);`,
      rows: `${HOME} INSERT INTO items (organization_id) SELECT id FROM orgs; INSERT INTO notes (workspace) SELECT id FROM orgs;
        INSERT INTO tasks ("tenantId") SELECT id FROM orgs;`,
      elsewhere: ELSEWHERE,
      yaml: "tenant: { table: public.orgs, slug: slug, key_columns: [organization_id, workspace, tenantId] }",
      tables: [
        ORGS_TABLE,
        owned("items", "t.organization_id::text = $1", ["id"], { organization_id: "orgs(id)" }),
        owned("notes", "t.workspace::text = $1", ["id"], { workspace: "orgs(id)" }),
        owned("tasks", 't."tenantId"::text = $1', ["id"], { tenantId: "orgs(id)" }),
      ],
    });
    expect(rows).toBe(4);
  });

  it("no row of a table: the tenant is only a value in a column", async () => {
    for (const [type, acme, other, there, copy] of [
      ["text", "'acme'", "'other'", "'resident'", "copy"],
      ["integer", "7", "8", "9", "70"],
    ]) {
      const { rows } = await roundOf({
        schema: `CREATE TABLE documents (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant ${type} NOT NULL, body text);
          CREATE TABLE pages (id bigserial PRIMARY KEY, document_id uuid NOT NULL REFERENCES documents, number int);
          CREATE TABLE hits (tenant ${type} NOT NULL, at timestamptz DEFAULT '2026-01-01');`,
        rows: `INSERT INTO documents (tenant, body) VALUES (${acme}, 'a'), (${acme}, 'b'), (${other}, 'c');
          INSERT INTO pages (document_id, number) SELECT id, n FROM documents, generate_series(1, 2) n;
          INSERT INTO hits VALUES (${acme}), (${acme}), (${other});`,
        elsewhere: `INSERT INTO documents (tenant, body) VALUES (${there}, 'x');
          INSERT INTO pages (document_id, number) SELECT id, 1 FROM documents;`,
        yaml: "tenant: { key_columns: [tenant] }",
        tenant: acme!.replaceAll("'", ""),
        copy: { newKey: copy },
        tables: [
          owned(
            "documents",
            "t.tenant::text = $1",
            ["id"],
            {},
            {
              tenant: { source: `'${copy}'`, imported: "t.tenant" },
            },
          ),
          owned("pages", "t.document_id IN (SELECT id FROM documents WHERE tenant::text = $1)", ["id"], {
            document_id: "documents(id)",
          }),
          owned(
            "hits",
            "t.tenant::text = $1",
            [],
            {},
            {
              tenant: { source: `'${copy}'`, imported: "t.tenant" },
            },
          ),
        ],
      });
      expect(rows).toBe(2 + 4 + 2);
    }
  });
});

describe("a row leads to its tenant", () => {
  it("by a sub-tenant key that most tables carry instead of the organisation's, with and without foreign keys", async () => {
    const byProject = (alias: string) =>
      `${alias}.project_id IN (SELECT id FROM projects WHERE org_id::text = $1)`;
    const { rows } = await roundOf({
      schema: `${ORGS}
        CREATE TABLE projects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs);
        CREATE TABLE environments (id text PRIMARY KEY, project_id uuid NOT NULL);
        CREATE TABLE runs (id bigserial PRIMARY KEY, project_id uuid NOT NULL, environment_id text NOT NULL);
        CREATE TABLE steps (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), environment text NOT NULL, name text);
        CREATE TABLE counters (project_id uuid, day date, hits int, PRIMARY KEY (project_id, day));`,
      rows: `${HOME} INSERT INTO projects (org_id) SELECT id FROM orgs, generate_series(1, 2);
        INSERT INTO environments SELECT left(md5(id::text), 20) || 'x', id FROM projects;
        INSERT INTO runs (project_id, environment_id) SELECT project_id, id FROM environments, generate_series(1, 2);
        INSERT INTO steps (environment, name) SELECT id, 's' FROM environments;
        INSERT INTO counters SELECT id, '2026-01-01', 5 FROM projects;`,
      elsewhere: ELSEWHERE,
      yaml: `
        sub_keys:
          - { table: public.projects, key: id, columns: [project_id] }
          - { table: public.environments, key: id, columns: [environment_id, environment] }
        columns: { public.environments.id: { generated: "{hex:20}x" } }`,
      tables: [
        ORGS_TABLE,
        owned("projects", BY_ORG, ["id"], { org_id: "orgs(id)" }),
        owned("environments", byProject("t"), ["id"], { project_id: "projects(id)" }),
        owned("runs", byProject("t"), ["id"], {
          project_id: "projects(id)",
          environment_id: "environments(id)",
        }),
        owned("steps", `t.environment IN (SELECT id FROM environments e WHERE ${byProject("e")})`, ["id"], {
          environment: "environments(id)",
        }),
        owned("counters", byProject("t"), [], { project_id: "projects(id)" }),
      ],
    });
    expect(rows).toBe(1 + 2 + 2 + 4 + 2 + 2);
  });

  it("by a path of five foreign keys", async () => {
    const names = ["one", "two", "three", "four", "five"];
    let condition = "t.up::text = $1";
    const tables = names.map((name, at) => {
      const up = at === 0 ? "orgs" : names[at - 1]!;
      if (at > 0) {
        const inner = condition.replaceAll(/\bt\./g, "u.").replaceAll("FROM", "FROM ");
        condition = `t.up IN (SELECT u.id FROM ${up} u WHERE ${inner.replaceAll(/\bu\./g, "u.")})`;
      }
      return { name, up, condition };
    });
    const { rows } = await roundOf({
      schema:
        ORGS +
        tables
          .map(
            ({ name, up }) =>
              `CREATE TABLE ${name} (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), up uuid NOT NULL REFERENCES ${up}); CREATE INDEX ON ${name} (up);`,
          )
          .join(""),
      rows: `${HOME} ${tables.map(({ name, up }) => `INSERT INTO ${name} (up) SELECT id FROM ${up}, generate_series(1, 2);`).join("")}`,
      elsewhere: ELSEWHERE,
      tables: [
        ORGS_TABLE,
        ...tables.map((each) => owned(each.name, each.condition, ["id"], { up: `${each.up}(id)` })),
      ],
    });
    expect(rows).toBe(1 + 2 + 4 + 8 + 16 + 32);
  });

  const SEVERAL: Omit<Stranger, "rows"> = {
    schema: `${ORGS}
      CREATE TABLE projects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs);
      CREATE TABLE members (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs);
      CREATE TABLE tasks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), project_id uuid NOT NULL REFERENCES projects,
        assignee uuid REFERENCES members);`,
    elsewhere: ELSEWHERE,
    tables: [
      ORGS_TABLE,
      owned("projects", BY_ORG, ["id"], { org_id: "orgs(id)" }),
      owned("members", BY_ORG, ["id"], { org_id: "orgs(id)" }),
      owned("tasks", "t.project_id IN (SELECT id FROM projects WHERE org_id::text = $1)", ["id"], {
        project_id: "projects(id)",
        assignee: "members(id)",
      }),
    ],
  };
  const AGREEING = `${HOME} INSERT INTO projects (org_id) SELECT id FROM orgs; INSERT INTO members (org_id) SELECT id FROM orgs;
    INSERT INTO tasks (project_id, assignee) SELECT p.id, m.id FROM projects p JOIN members m USING (org_id);
    INSERT INTO tasks (project_id) SELECT id FROM projects;`;

  it("by several paths that agree row by row", async () => {
    const { rows, exported } = await roundOf({ ...SEVERAL, rows: AGREEING });
    expect(rows).toBe(5);
    expect(codesOf(exported)).not.toContain("cross-tenant-rows");
  });

  it("by several paths that disagree: the rows of two tenants are counted, and the line that decides is named", async () => {
    platform = await tinyPlatform(SEVERAL.schema);
    await platform.source.query(`${AGREEING}
      INSERT INTO tasks (project_id, assignee) SELECT p.id, m.id FROM projects p JOIN members m ON p.org_id <> m.org_id`);
    const { findings } = await platform.export("acme");
    expect(findings.find(({ code }) => code === "cross-tenant-rows")).toMatchObject({
      severity: "warns",
      where: "public.tasks",
      count: 1,
      todo: expect.stringMatching(/public\.tasks: \{ path: \[project_id, org_id\] \}/),
    });
  });

  it("behind an outgoing reference: documents point at their data, the data at its blobs, the organisation at its claim", async () => {
    const { rows } = await roundOf({
      schema: `CREATE TABLE claims (id serial PRIMARY KEY, proof text);
        CREATE TABLE orgs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), slug text NOT NULL UNIQUE, claim_id int UNIQUE REFERENCES claims);
        CREATE TABLE blobs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bytes bytea);
        CREATE TABLE data (id bigserial PRIMARY KEY, blob uuid NOT NULL UNIQUE, body text);
        CREATE TABLE documents (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, data_id bigint UNIQUE REFERENCES data);
        CREATE TABLE pages (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), data_id bigint NOT NULL REFERENCES data);`,
      rows: `INSERT INTO claims (proof) VALUES ('a'), ('b'), ('nobody''s');
        INSERT INTO orgs (slug, claim_id) VALUES ('acme', 1), ('other', 2);
        INSERT INTO blobs (bytes) VALUES ('\\x00ff'), ('\\x0a0d'), ('\\x5c'), ('\\x');
        INSERT INTO data (blob, body) SELECT id, bytes::text FROM blobs;
        INSERT INTO documents (org_id, data_id) SELECT o.id, d.id FROM orgs o JOIN data d ON (d.id % 2 = 1) = (slug = 'acme');
        INSERT INTO documents (org_id) SELECT id FROM orgs; INSERT INTO pages (data_id) SELECT id FROM data, generate_series(1, 2);`,
      elsewhere: `INSERT INTO claims (proof) VALUES ('r'); INSERT INTO orgs (slug, claim_id) VALUES ('resident', 10001);`,
      yaml: `
        tables:
          public.claims: { owned_through: public.orgs.claim_id }
          public.data: { owned_through: public.documents.data_id }
          public.blobs: { owned_through: public.data.blob }`,
      tables: [
        {
          ...ORGS_TABLE,
          points: [{ columns: ["claim_id"], to: [{ table: "public.claims", columns: ["id"] }] }],
        },
        owned("claims", "t.id IN (SELECT claim_id FROM orgs WHERE id::text = $1)", ["id"]),
        owned("documents", BY_ORG, ["id"], { org_id: "orgs(id)", data_id: "data(id)" }),
        owned("data", "t.id IN (SELECT data_id FROM documents WHERE org_id::text = $1)", ["id"], {
          blob: "blobs(id)",
        }),
        owned(
          "blobs",
          "t.id IN (SELECT blob FROM data d JOIN documents o ON o.data_id = d.id WHERE org_id::text = $1)",
          ["id"],
        ),
        owned("pages", "t.data_id IN (SELECT data_id FROM documents WHERE org_id::text = $1)", ["id"], {
          data_id: "data(id)",
        }),
      ],
    });
    expect(rows).toBe(1 + 1 + 3 + 2 + 2 + 4);
  });

  it("from tables with no key and no foreign key at all, by a column or by sharing the parent's primary key value", async () => {
    const { rows } = await roundOf({
      schema: `${ORGS}
        CREATE TABLE users (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
        CREATE TABLE profiles (id bigint PRIMARY KEY, bio text);
        CREATE TABLE avatars (id bigint PRIMARY KEY, bytes bytea);
        CREATE TABLE visits (org_id uuid NOT NULL, url text);
        CREATE TABLE clicks ("user" bigint NOT NULL, x int);`,
      rows: `${HOME} INSERT INTO users (org_id) SELECT id FROM orgs, generate_series(1, 3);
        INSERT INTO profiles SELECT id, 'bio ' || id % 3 FROM users; INSERT INTO avatars SELECT id, '\\x01' FROM users WHERE id % 3 <> 0;
        INSERT INTO visits SELECT id, '/' FROM orgs, generate_series(1, 2);
        INSERT INTO clicks SELECT id, 1 FROM users, generate_series(1, 2);`,
      elsewhere: ELSEWHERE,
      yaml: `
        references:
          - { from: public.profiles.id, to: public.users.id }
          - { from: public.avatars.id, to: public.profiles.id }
          - { from: public.clicks.user, to: public.users.id }`,
      tables: [
        ORGS_TABLE,
        owned("users", BY_ORG, ["id"], { org_id: "orgs(id)" }),
        ...["profiles", "avatars"].map((name) =>
          owned(name, "t.id IN (SELECT id FROM users WHERE org_id::text = $1)", ["id"], { id: "users(id)" }),
        ),
        owned("visits", BY_ORG, [], { org_id: "orgs(id)" }),
        owned("clicks", 't."user" IN (SELECT id FROM users WHERE org_id::text = $1)', [], {
          user: "users(id)",
        }),
      ],
    });
    expect(rows).toBe(1 + 3 + 3 + 2 + 2 + 6);
  });
});

describe("a NULL tenant key", () => {
  const ROLES = `${ORGS}
    CREATE TABLE roles (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid REFERENCES orgs, name text NOT NULL);
    CREATE UNIQUE INDEX ON roles (name) WHERE org_id IS NULL;
    CREATE TABLE members (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, role_id uuid NOT NULL REFERENCES roles);`;

  it("that may be there is asked about, never guessed", async () => {
    platform = await tinyPlatform(ROLES);
    await platform.source.query(HOME);
    await expect(platform.export("acme")).rejects.toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({
          code: "null-key-unanswered",
          severity: "blocks",
          where: "public.roles.org_id",
          todo: expect.stringContaining("public.roles: { null_key: shared }"),
        }),
      ]),
    });
  });

  it("means shared by everyone: seeded roles, of which each installation has its own random ids", async () => {
    const seeds = "INSERT INTO roles (name) VALUES ('owner'), ('guest');";
    const { rows } = await roundOf({
      schema: ROLES,
      rows: `${HOME} ${seeds} INSERT INTO roles (org_id, name) SELECT id, 'own role' FROM orgs;
        INSERT INTO members (org_id, role_id) SELECT o.id, r.id FROM orgs o JOIN roles r ON r.org_id IS NULL OR r.org_id = o.id;`,
      elsewhere: `${ELSEWHERE} ${seeds} INSERT INTO members (org_id, role_id) SELECT o.id, r.id FROM orgs o, roles r;`,
      yaml: `
        tables: { public.roles: { null_key: shared } }
        common: { public.roles: { match: [name] } }`,
      tables: [
        ORGS_TABLE,
        owned("roles", BY_ORG, ["id"], { org_id: "orgs(id)" }),
        owned("members", BY_ORG, ["id"], { org_id: "orgs(id)", role_id: "roles(id)" }),
      ],
      common: [{ name: "public.roles", rows: "t.org_id IS NULL", match: ["name"], ids: ["id"] }],
    });
    expect(rows).toBe(1 + 1 + 3);
  });

  it("is there by accident: another path finds the row", async () => {
    const { rows } = await roundOf({
      schema: `${ORGS}
        CREATE TABLE projects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs);
        CREATE TABLE tasks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid REFERENCES orgs, project_id uuid REFERENCES projects);`,
      rows: `${HOME} INSERT INTO projects (org_id) SELECT id FROM orgs;
        INSERT INTO tasks (org_id, project_id) SELECT org_id, id FROM projects;
        INSERT INTO tasks (project_id) SELECT id FROM projects; INSERT INTO tasks (org_id) SELECT id FROM orgs; INSERT INTO tasks DEFAULT VALUES;`,
      elsewhere: ELSEWHERE,
      yaml: "tables: { public.tasks: { null_key: owned } }",
      tables: [
        ORGS_TABLE,
        owned("projects", BY_ORG, ["id"], { org_id: "orgs(id)" }),
        owned(
          "tasks",
          `${BY_ORG} OR t.project_id IN (SELECT id FROM projects WHERE org_id::text = $1)`,
          ["id"],
          {
            org_id: "orgs(id)",
            project_id: "projects(id)",
          },
        ),
      ],
    });
    expect(rows).toBe(1 + 1 + 3);
  });
});

describe("users are", () => {
  it("global and shared through memberships, and 21 tables refer to them", async () => {
    const names = Array.from({ length: 20 }, (_, at) => `thing_${at + 1}`);
    const people = (from: number, to: number) =>
      `INSERT INTO users (email, name) SELECT 'u' || n || '@example.org', 'User ' || n FROM generate_series(${from}, ${to}) n;`;
    platform = await tinyPlatform(
      `${ORGS} CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL);
       CREATE TABLE memberships (org_id uuid REFERENCES orgs, user_id int REFERENCES users, PRIMARY KEY (org_id, user_id));
       ${names.map((name) => `CREATE TABLE ${name} (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, created_by int REFERENCES users);`).join("")}`,
      "common: { public.users: { match: [email], create: [email, name] } }",
    );
    const { rows } = await goRound(
      {
        schema: "",
        rows: `${HOME} ${people(1, 4)} INSERT INTO memberships SELECT o.id, u.id FROM orgs o, users u WHERE u.id < 4;
          ${names.map((name) => `INSERT INTO ${name} (org_id, created_by) SELECT org_id, user_id FROM memberships;`).join("")}`,
        elsewhere: `${people(4, 1).replace("generate_series(4, 1)", "generate_series(4, 1, -1)")} ${ELSEWHERE}`,
        tables: [
          ORGS_TABLE,
          owned("memberships", BY_ORG, [], { org_id: "orgs(id)", user_id: "users(id)" }),
          ...names.map((name) =>
            owned(name, BY_ORG, ["id"], { org_id: "orgs(id)", created_by: "users(id)" }),
          ),
        ],
        common: [{ name: "public.users", rows: "true", match: ["email"], ids: ["id"] }],
      },
      platform,
    );
    expect(rows).toBe(1 + 21 * 3);
  });

  it("the tenant's own, and none at all", async () => {
    const { rows } = await roundOf({
      schema: `${ORGS} CREATE TABLE users (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, email text NOT NULL, UNIQUE (org_id, email));
        CREATE TABLE posts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), author bigint NOT NULL REFERENCES users);`,
      rows: `${HOME} INSERT INTO users (org_id, email) SELECT id, n || '@example.org' FROM orgs, generate_series(1, 2) n;
        INSERT INTO posts (author) SELECT id FROM users;`,
      elsewhere: `${ELSEWHERE} INSERT INTO users (org_id, email) SELECT id, '1@example.org' FROM orgs;`,
      tables: [
        ORGS_TABLE,
        owned("users", BY_ORG, ["id"], { org_id: "orgs(id)" }),
        owned("posts", "t.author IN (SELECT id FROM users WHERE org_id::text = $1)", ["id"], {
          author: "users(id)",
        }),
      ],
    });
    expect(rows).toBe(1 + 2 + 2);
  });
});

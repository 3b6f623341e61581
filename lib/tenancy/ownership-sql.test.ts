import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCatalog } from "../catalog/read.ts";
import { quoteQualified } from "../postgres/identifiers.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { deriveModel } from "./derive-model.ts";
import type { TenancyModel } from "./model.ts";
import { ownershipPredicate, pathDoubt, pathsDisagreeSql } from "./ownership-sql.ts";
import { catalogOf, fileOf, organizations, platformOf, table } from "./testing/catalog-builder.ts";

describe("the text of a predicate", () => {
  const model = deriveModel(
    catalogOf(
      organizations(),
      table("projects")
        .column("id", "uuid")
        .to("organization_id", "uuid", "organizations.id")
        .primary("id")
        .key({ kind: "unique", columns: ["id", "organization_id"] }),
      table("tasks")
        .column("project_id", "uuid")
        .column("n", "int4")
        .to("project", "uuid", "projects.id")
        .primary("project", "n"),
      table("steps")
        .column("project", "uuid?")
        .column("n", "int4?")
        .foreignKey(["project", "n"], "tasks", ["project", "n"]),
    ),
    platformOf("references: [{ from: public.tasks.project_id, to: none }]"),
  );
  const key = "'k'::uuid";

  test("asks the column where the table holds the key", () => {
    expect(ownershipPredicate(model, "public.organizations", "t", key)).toBe(`("t"."id" = 'k'::uuid)`);
    expect(ownershipPredicate(model, "public.projects", "t", key)).toBe(
      `("t"."organization_id" = 'k'::uuid)`,
    );
  });

  test("asks hop by hop else, composite hops row by row", () => {
    expect(ownershipPredicate(model, "public.tasks", "t", key)).toBe(
      `("t"."project" IN (SELECT "hop_1"."id" FROM "public"."projects" AS "hop_1" WHERE "hop_1"."organization_id" = 'k'::uuid))`,
    );
    expect(ownershipPredicate(model, "public.steps", "hop_1", key)).toBe(
      `(EXISTS (SELECT FROM "public"."tasks" AS "hop_2" WHERE "hop_2"."project" = "hop_1"."project" AND "hop_2"."n" = "hop_1"."n" AND ("hop_2"."project" IN (SELECT "hop_3"."id" FROM "public"."projects" AS "hop_3" WHERE "hop_3"."organization_id" = 'k'::uuid))))`,
    );
  });

  test("of a table without a path is a bug", () => {
    const global = deriveModel(
      catalogOf(organizations(), table("words").column("id", "serial").primary("id")),
      platformOf("tables: { public.words: global }"),
    );
    expect(() => ownershipPredicate(global, "public.words", "t", key)).toThrow("no path");
    expect(() => ownershipPredicate(global, "public.nothing", "t", key)).toThrow("no table");
  });

  test("holds every name only in quotes, however hostile", () => {
    const names = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
      .filter((name) => !/[.\0?]/.test(name));
    fc.assert(
      fc.property(names, names, names, (parent, child, column) => {
        const hostile = deriveModel(
          catalogOf(
            organizations(),
            table(`p${parent}`)
              .column("id", "uuid")
              .to(`k${column}`, "uuid", "organizations.id")
              .primary("id"),
            table(`c${child}`)
              .column("i", "serial")
              .column(`f${column}`, "uuid?")
              .with({
                foreignKeys: [
                  {
                    name: "f",
                    columns: [`f${column}`],
                    table: [...catalogOf(table(`p${parent}`)).tables.keys()][0]!,
                    targetColumns: ["id"],
                    onDelete: "no action",
                    onUpdate: "no action",
                    matchFull: false,
                    deferrable: false,
                    validated: true,
                    indexed: true,
                  },
                ],
              })
              .primary("i"),
          ),
          platformOf(),
        );
        const id = [...hostile.tables.keys()].find((name) => hostile.tables.get(name)?.class === "via")!;
        const bare = ownershipPredicate(hostile, id, `t${column}`, "$1::uuid").replaceAll(
          /"(?:[^"]|"")*"/g,
          "·",
        );
        expect(bare).toBe("(·.· IN (SELECT ·.· FROM ·.· AS · WHERE ·.· = $1::uuid))");
      }),
      { numRuns: 300 },
    );
  });
});

describe("on a real database", () => {
  const A = "00000000-0000-4000-8000-00000000000a";
  const B = "00000000-0000-4000-8000-00000000000b";
  let database: TestDatabase;
  let client: pg.Client;
  let model: TenancyModel;

  beforeAll(async () => {
    database = await createTestDatabase("empty");
    client = await database.connect();
    await client.query(SCHEMA);
    model = deriveModel(await readCatalog(client), PLATFORM);
    await client.query(ROWS.replaceAll(":a", `'${A}'`).replaceAll(":b", `'${B}'`));
  });
  afterAll(() => database.drop());

  const ownedBy = async (name: string, key: string) => {
    const entry = [...model.tables.values()].find((candidate) => candidate.name === name)!;
    const condition = ownershipPredicate(model, entry.id, "t", `'${key}'::uuid`);
    const { rows } = await client.query<{ label: string }>(
      `SELECT label FROM ${entry.schema}."${name.replaceAll('"', '""')}" t WHERE ${condition} ORDER BY label`,
    );
    return rows.map(({ label }) => label);
  };

  test("the model has nothing that blocks", () => {
    expect(model.findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
  });

  test.each([
    ["organizations", ["a"], ["b"]],
    ["projects", ["pa"], ["pb"]],
    ["tasks", ["ta1", "ta2"], ["tb1"]],
    ["steps", ["sa1"], ["sb1"]],
    ["blobs", ["ba"], ["bb"]],
    ["roles", ["ra"], ["rb"]],
    ["files", ["both a", "by project a", "by role a", "quarrel"], ["by project b", "quarrel"]],
    ["file_marks", ["on by role a"], []],
    ["logs", ["la"], ["lb"]],
    ['we"ird; DROP TABLE x --', ["wa"], []],
    ["shards", ["h1", "h2"], ["h3"]],
  ])("the rows of %s are found for each tenant", async (name, ofA, ofB) => {
    expect(await ownedBy(name, A)).toEqual(ofA);
    expect(await ownedBy(name, B)).toEqual(ofB);
  });

  test("paths that disagree are counted, by table and path", async () => {
    const counts = await Promise.all(
      model.loadOrder.flatMap((id) =>
        model.tables.get(id)!.otherPaths.map(async (path) => {
          const sql = pathsDisagreeSql(model, id, path, `'${A}'::uuid`)!;
          const { rows } = await client.query<{ count: string }>(sql);
          return [id, path.hops[0]?.table ?? path.column, Number(rows[0]!.count)] as const;
        }),
      ),
    );
    expect(counts.length).toBeGreaterThan(1);
    expect(counts.filter(([, , count]) => count > 0)).toEqual([
      ["public.files", "public.roles", 1],
      ["public.tickets", "public.projects", 2],
    ]);
  });

  test("a path that disagrees is doubted, and one that agrees on every row is not", async () => {
    const asked: [string, string, boolean][] = [];
    for (const id of model.loadOrder) {
      const { schema, name, otherPaths } = model.tables.get(id)!;
      for (const path of otherPaths) {
        const doubt = pathDoubt(model, id, path, `'${A}'::uuid`, "other");
        if (doubt === null) continue;
        const { rows } = await client.query<{ doubt: boolean }>(
          `SELECT coalesce(bool_or(${doubt.condition}), false) AS doubt FROM ${quoteQualified(schema, name)} t ${doubt.join}
           WHERE ${ownershipPredicate(model, id, "t", `'${A}'::uuid`)}`,
        );
        asked.push([id, path.hops[0]?.table ?? path.column, rows[0]!.doubt]);
      }
    }
    expect(asked).toContainEqual(["public.tickets", "public.projects", true]);
    expect(asked).toContainEqual(["public.badges", "public.roles", false]);
    expect(asked.filter(([, , doubt]) => doubt)).toHaveLength(1);
    // Where any of several paths makes a row the tenant's, only the question in full will do.
    expect(asked.map(([id]) => id)).not.toContain("public.files");
  });

  test("the path that decides has nothing to disagree with", () => {
    const tasks = model.tables.get("public.tasks")!;
    expect(pathsDisagreeSql(model, tasks.id, tasks.path!, `'${A}'::uuid`)).toBeNull();
  });
});

const SCHEMA = `
  CREATE TABLE organizations (id uuid PRIMARY KEY, label text NOT NULL);
  CREATE TABLE projects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), label text NOT NULL UNIQUE,
    organization_id uuid NOT NULL REFERENCES organizations);
  CREATE INDEX ON projects (organization_id);
  CREATE TABLE tasks (project_id uuid REFERENCES projects, n int, label text NOT NULL, PRIMARY KEY (project_id, n));
  CREATE TABLE steps (project_id uuid NOT NULL, n int, i int, label text NOT NULL, PRIMARY KEY (project_id, i),
    FOREIGN KEY (project_id, n) REFERENCES tasks);
  CREATE TABLE blobs (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, label text NOT NULL UNIQUE);
  CREATE TABLE documents (id serial PRIMARY KEY, label text NOT NULL, blob_id int NOT NULL UNIQUE REFERENCES blobs,
    organization_id uuid NOT NULL REFERENCES organizations);
  CREATE TABLE roles (id serial PRIMARY KEY, label text NOT NULL UNIQUE, organization_id uuid REFERENCES organizations);
  CREATE TABLE files (id serial PRIMARY KEY, label text NOT NULL, project_id uuid REFERENCES projects,
    role_id int REFERENCES roles);
  CREATE TABLE file_marks (id serial PRIMARY KEY, label text NOT NULL, file_id int NOT NULL REFERENCES files);
  CREATE TABLE logs (label text NOT NULL, project_ref text NOT NULL);
  CREATE TABLE tickets (id serial PRIMARY KEY, label text NOT NULL, project_id uuid REFERENCES projects,
    organization_id uuid NOT NULL REFERENCES organizations);
  CREATE TABLE badges (label text PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations,
    role_id int REFERENCES roles);
  CREATE TABLE "we""ird; DROP TABLE x --" ("i d" serial PRIMARY KEY, label text NOT NULL,
    "p "" id" uuid NOT NULL REFERENCES projects);
  CREATE TABLE shards (project_id uuid NOT NULL REFERENCES projects, day date NOT NULL, label text NOT NULL)
    PARTITION BY RANGE (day);
  CREATE TABLE shards_1 PARTITION OF shards FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
  CREATE TABLE shards_2 PARTITION OF shards FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');`;

const PLATFORM = fileOf(`
  platform: test
  tenant: { table: public.organizations, key: id }
  tables:
    public.blobs: { owned_through: public.documents.blob_id }
    public.roles: { null_key: shared }
    public.steps: { null_key: owned }
  common:
    public.roles: { match: [label] }
  references:
    - { from: public.logs.project_ref, to: public.projects.id }
`);

const ROWS = `
  INSERT INTO organizations VALUES (:a, 'a'), (:b, 'b');
  INSERT INTO projects (label, organization_id) VALUES ('pa', :a), ('pb', :b);
  INSERT INTO tasks SELECT id, n, replace(label, 'p', 't') || n FROM projects, generate_series(1, 2) n
    WHERE label = 'pa' OR n = 1;
  INSERT INTO steps SELECT project_id, n, 1, replace(label, 't', 's') FROM tasks WHERE n = 1;
  INSERT INTO blobs (label) VALUES ('ba'), ('bb'), ('nobody');
  INSERT INTO documents (label, blob_id, organization_id) VALUES
    ('da', (SELECT id FROM blobs WHERE label = 'ba'), :a), ('db', (SELECT id FROM blobs WHERE label = 'bb'), :b);
  INSERT INTO roles (label, organization_id) VALUES ('ra', :a), ('rb', :b), ('everyone', NULL);
  INSERT INTO files (label, project_id, role_id) VALUES
    ('by project a', (SELECT id FROM projects WHERE label = 'pa'), NULL),
    ('by project b', (SELECT id FROM projects WHERE label = 'pb'), NULL),
    ('by role a', NULL, (SELECT id FROM roles WHERE label = 'ra')),
    ('both a', (SELECT id FROM projects WHERE label = 'pa'), (SELECT id FROM roles WHERE label = 'ra')),
    ('quarrel', (SELECT id FROM projects WHERE label = 'pb'), (SELECT id FROM roles WHERE label = 'ra')),
    ('by shared role', NULL, (SELECT id FROM roles WHERE label = 'everyone')),
    ('nobody''s', NULL, NULL);
  INSERT INTO file_marks (label, file_id) SELECT 'on ' || label, id FROM files WHERE label IN ('by role a', 'nobody''s');
  INSERT INTO logs SELECT replace(label, 'p', 'l'), id FROM projects;
  INSERT INTO logs VALUES ('dangling', gen_random_uuid()), ('no id at all', 'x');
  INSERT INTO tickets (label, project_id, organization_id)
    SELECT p.label || o.label, p.id, o.id FROM projects p, organizations o
      WHERE o.label = 'a' OR p.label = 'pb';
  INSERT INTO tickets (label, project_id, organization_id)
    SELECT 'again', id, :a FROM projects WHERE label = 'pb';
  INSERT INTO tickets (label, organization_id) VALUES ('no project', :a);
  INSERT INTO badges SELECT o.label || r.label, o.id, r.id FROM organizations o, roles r
    WHERE coalesce(r.organization_id, o.id) = o.id;
  INSERT INTO badges SELECT 'none ' || label, id, NULL FROM organizations;
  INSERT INTO "we""ird; DROP TABLE x --" (label, "p "" id") SELECT 'wa', id FROM projects WHERE label = 'pa';
  INSERT INTO shards SELECT p.id, d, 'h' || row_number() OVER (ORDER BY p.label, d)
    FROM projects p, unnest(ARRAY['2024-01-05', '2024-02-05']::date[]) d WHERE p.label = 'pa' OR d < '2024-02-01';`;

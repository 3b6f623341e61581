/** References that no constraint declares: each kind that real schemas hold. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { ORGS_TABLE, owned, roundOf } from "../testing/stranger.ts";
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
/** Three kinds of key to be pointed at: random, counted, and made by the application. */
const TARGETS = `${ORGS}
  CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs);
  CREATE TABLE invoices (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
  CREATE TABLE projects (id text PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);`;
const TARGET_ROWS = `${HOME}
  INSERT INTO users (org_id) SELECT id FROM orgs, generate_series(1, 2);
  INSERT INTO invoices (org_id) SELECT id FROM orgs, generate_series(1, 2);
  INSERT INTO projects SELECT 'p_' || left(md5(id::text || n), 12), id FROM orgs, generate_series(1, 2) n;`;
const GENERATED = `columns: { public.projects.id: { generated: "p_{hex:12}" } }`;
const TARGET_TABLES = [
  ORGS_TABLE,
  ...["users", "invoices", "projects"].map((name) => owned(name, BY_ORG, ["id"], { org_id: "orgs(id)" })),
];

describe("a column holds ids without a constraint", () => {
  it("polymorphic type/id pairs, with class names or enums as types, and numbers in text", async () => {
    const { rows, imported } = await roundOf({
      schema: `${TARGETS} CREATE TYPE subject AS ENUM ('user', 'project');
        CREATE TABLE events (org_id uuid NOT NULL REFERENCES orgs, subject_type text, subject_id text);
        CREATE TABLE likes (org_id uuid NOT NULL REFERENCES orgs, kind subject, target text);`,
      rows: `${TARGET_ROWS}
        INSERT INTO events SELECT org_id, 'App\\Models\\Invoice', id FROM invoices;
        INSERT INTO events SELECT org_id, 'Billing::User', id FROM users;
        INSERT INTO events SELECT id, 'Legacy', '42' FROM orgs; INSERT INTO events SELECT org_id, 'App\\Models\\Invoice', NULL FROM users;
        INSERT INTO likes SELECT org_id, 'user', id FROM users; INSERT INTO likes SELECT org_id, 'project', id FROM projects;`,
      elsewhere: ELSEWHERE,
      yaml: `
        ${GENERATED}
        references:
          - { from: public.events.subject_id, when: { subject_type: 'App\\Models\\Invoice' }, to: public.invoices.id }
          - { from: public.events.subject_id, when: { subject_type: 'Billing::User' }, to: public.users.id }
          - { from: public.likes.target, when: { kind: user }, to: public.users.id }
          - { from: public.likes.target, when: { kind: project }, to: public.projects.id }`,
      tables: [
        ...TARGET_TABLES,
        {
          ...owned("events", BY_ORG, [], { org_id: "orgs(id)" }),
          points: [
            { columns: ["org_id"], to: [{ table: "public.orgs", columns: ["id"] }] },
            {
              columns: ["subject_id"],
              to: [{ table: "public.invoices", columns: ["id"] }],
              when: { subject_type: "App\\Models\\Invoice" },
              soft: true,
            },
            {
              columns: ["subject_id"],
              to: [{ table: "public.users", columns: ["id"] }],
              when: { subject_type: "Billing::User" },
            },
          ],
        },
        {
          ...owned("likes", BY_ORG, []),
          points: [
            { columns: ["org_id"], to: [{ table: "public.orgs", columns: ["id"] }] },
            { columns: ["target"], to: [{ table: "public.users", columns: ["id"] }], when: { kind: "user" } },
            {
              columns: ["target"],
              to: [{ table: "public.projects", columns: ["id"] }],
              when: { kind: "project" },
            },
          ],
        },
      ],
    });
    expect(rows).toBe(1 + 6 + 7 + 4);
    expect(imported.filter(({ severity }) => severity === "blocks")).toEqual([]);
  });

  it("arrays of ids: uuid, bigint and text", async () => {
    const inside = (to: string, form: RegExp) => ({
      to: [{ table: `public.${to}`, columns: ["id"] }],
      inside: form,
    });
    const { rows } = await roundOf({
      schema: `${TARGETS} CREATE TABLE lists (org_id uuid NOT NULL REFERENCES orgs, viewers uuid[], bills bigint[], places text[]);`,
      rows: `${TARGET_ROWS}
        INSERT INTO lists SELECT o.id, (SELECT array_agg(id ORDER BY id) FROM users u WHERE u.org_id = o.id),
          (SELECT array_agg(id) || NULL::bigint FROM invoices i WHERE i.org_id = o.id), (SELECT array_agg(id ORDER BY id) FROM projects p WHERE p.org_id = o.id) FROM orgs o;
        INSERT INTO lists SELECT id, '{}', NULL, '{}' FROM orgs;`,
      elsewhere: ELSEWHERE,
      yaml: `
        ${GENERATED}
        references:
          - { from: public.lists.viewers, each: true, to: public.users.id }
          - { from: public.lists.bills, each: true, to: public.invoices.id }
          - { from: public.lists.places, each: true, to: public.projects.id }`,
      tables: [
        ...TARGET_TABLES,
        owned("lists", BY_ORG, [], {
          org_id: "orgs(id)",
          viewers: inside("users", /([0-9a-f-]{36})/g),
          bills: inside("invoices", /(\d+)|NULL/g),
          places: inside("projects", /(p_[0-9a-f]{12})/g),
        }),
      ],
    });
    expect(rows).toBe(1 + 6 + 2);
  });

  it("ids inside jsonb, at any depth, as texts and as numbers", async () => {
    const { rows } = await roundOf({
      schema: `${TARGETS} CREATE TABLE settings (org_id uuid PRIMARY KEY REFERENCES orgs, data jsonb, old json);`,
      rows: `${TARGET_ROWS}
        INSERT INTO settings SELECT o.id, jsonb_build_object('default', min(p.id), 'rows', jsonb_build_array(
            jsonb_build_object('cells', jsonb_build_array(jsonb_build_object('bill', min(i.id)), jsonb_build_object('bill', NULL))), '{}'::jsonb)),
          json_build_object('who', json_build_array(min(u.id::text), max(u.id::text)), 'odd key', json_build_object('x', max(p.id)))
          FROM orgs o JOIN projects p ON p.org_id = o.id JOIN invoices i ON i.org_id = o.id JOIN users u ON u.org_id = o.id GROUP BY o.id;`,
      elsewhere: ELSEWHERE,
      yaml: `
        ${GENERATED}
        references:
          - { from: public.settings.data, path: $.default, to: public.projects.id }
          - { from: public.settings.data, path: "$.rows[*].cells[*].bill", to: public.invoices.id }
          - { from: public.settings.old, path: "$.who[*]", to: public.users.id }
          - { from: public.settings.old, path: "$['odd key'].x", to: public.projects.id }`,
      tables: [
        ...TARGET_TABLES,
        owned("settings", BY_ORG, [], {
          org_id: "orgs(id)",
          data: {
            to: [
              { table: "public.projects", columns: ["id"] },
              { table: "public.invoices", columns: ["id"] },
            ],
            inside: /(p_[0-9a-f]{12}|(?<="bill": )\d+)/g,
          },
          old: {
            to: [
              { table: "public.users", columns: ["id"] },
              { table: "public.projects", columns: ["id"] },
            ],
            inside: /(p_[0-9a-f]{12}|[0-9a-f-]{36})/g,
          },
        }),
      ],
    });
    expect(rows).toBe(1 + 6 + 1);
  });

  it("ids inside text: keys of a form, URLs, and every mention in a document, be it text or json", async () => {
    const { rows } = await roundOf({
      schema: `${TARGETS}
        CREATE TABLE environments (id bigserial PRIMARY KEY, project_id text NOT NULL REFERENCES projects);
        CREATE TABLE vars (key text PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
        CREATE TABLE documents (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, body text, doc jsonb);`,
      rows: `${TARGET_ROWS}
        INSERT INTO environments (project_id) SELECT id FROM projects;
        INSERT INTO vars SELECT 'env:' || p.id || ':' || e.id || ':NAME', org_id FROM projects p JOIN environments e ON e.project_id = p.id;
        INSERT INTO documents (org_id, body, doc) SELECT o.id,
          'Hi @[Ann](mention://' || min(u.id::text) || '/user), see https://x.example/bills/' || min(i.id) || '?a=1 and @[Bob](mention://' || max(u.id::text) || '/user).',
          jsonb_build_object('type', 'doc', 'content', jsonb_build_array(jsonb_build_object('type', 'p', 'content', jsonb_build_array(
            jsonb_build_object('type', 'mention', 'attrs', jsonb_build_object('modelId', min(u.id::text), 'label', 'a "quoted" one')),
            jsonb_build_object('type', 'mention', 'attrs', jsonb_build_object('modelId', max(u.id::text)))))))
          FROM orgs o JOIN users u ON u.org_id = o.id JOIN invoices i ON i.org_id = o.id GROUP BY o.id;
        INSERT INTO documents (org_id, body) SELECT id, 'nothing in it' FROM orgs;`,
      elsewhere: ELSEWHERE,
      yaml: `
        ${GENERATED}
        references:
          - { from: public.vars.key, pattern: "env:{public.projects.id}:{public.environments.id}:*" }
          - { from: public.documents.body, each: true, pattern: "mention://{public.users.id}/user" }
          - { from: public.documents.body, each: true, pattern: "https://x.example/bills/{public.invoices.id}?" }
          - { from: public.documents.doc, each: true, pattern: '"modelId": "{public.users.id}"' }`,
      tables: [
        ...TARGET_TABLES,
        owned("environments", "t.project_id IN (SELECT id FROM projects WHERE org_id::text = $1)", ["id"], {
          project_id: "projects(id)",
        }),
        owned("vars", BY_ORG, [], {
          org_id: "orgs(id)",
          key: {
            to: [
              { table: "public.projects", columns: ["id"] },
              { table: "public.environments", columns: ["id"] },
            ],
            inside: /(p_[0-9a-f]{12}|(?<=:)\d+)/g,
          },
        }),
        owned("documents", BY_ORG, ["id"], {
          org_id: "orgs(id)",
          body: {
            to: [
              { table: "public.users", columns: ["id"] },
              { table: "public.invoices", columns: ["id"] },
            ],
            inside: /([0-9a-f-]{36}|(?<=bills\/)\d+)/g,
          },
          doc: { to: [{ table: "public.users", columns: ["id"] }], inside: /([0-9a-f-]{36})/g },
        }),
      ],
    });
    expect(rows).toBe(1 + 6 + 2 + 2 + 2);
  });
});

it("tenant keys in an array of a shared row are found, counted and shown, on export and in the model", async () => {
  platform = await tinyPlatform(
    `${ORGS} CREATE TABLE flags (name text PRIMARY KEY, enabled_for uuid[], owner_org uuid);`,
    `
    tables: { public.flags: global }
    references:
      - { from: public.flags.enabled_for, each: true, to: public.orgs.id }
      - { from: public.flags.owner_org, to: none }`,
  );
  await platform.source.query(`${HOME} INSERT INTO flags SELECT 'new editor', array_agg(id) FROM orgs;
    INSERT INTO flags SELECT 'beta', ARRAY[id] FROM orgs WHERE slug = 'other'; INSERT INTO flags VALUES ('none', '{}');`);
  const { findings } = await platform.export("acme");
  expect(findings.find(({ code }) => code === "tenant-key-in-shared-row")).toMatchObject({
    severity: "warns",
    where: "public.flags.enabled_for",
    count: 1,
  });
});

it("a soft id column that matches a table by name is a suggestion with the line to add, never a decision", async () => {
  platform = await tinyPlatform(
    `${TARGETS} CREATE TABLE notes (org_id uuid NOT NULL REFERENCES orgs, assigned_user_id uuid, request_id uuid, ref_ids bigint[]);`,
    GENERATED,
  );
  await platform.source.query(TARGET_ROWS);
  const { findings } = await platform.export("acme");
  const suspected = findings.filter(({ code }) => code === "suspected-reference");
  expect(suspected.map(({ severity, where }) => [severity, where])).toEqual([
    ["warns", "public.notes.assigned_user_id"],
    ["warns", "public.notes.request_id"],
    ["warns", "public.notes.ref_ids"],
  ]);
  expect(suspected[0]!.todo).toContain("{ from: public.notes.assigned_user_id, to: public.users.id }");
  expect(suspected[2]!.todo).toContain("{ from: public.notes.ref_ids, each: true, to:");
});

/** Rows that point at each other, and rows that point at nobody any more. */
import { afterEach, expect, it, vi } from "vitest";
import { goRound, ORGS_TABLE, owned, roundOf } from "../testing/stranger.ts";
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

it("self-references in both directions, and a circle of which one edge may be NULL and none is deferrable", async () => {
  const { rows } = await roundOf({
    schema: `${ORGS}
      CREATE TABLE pages (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, parent uuid REFERENCES pages, first uuid NOT NULL REFERENCES pages);
      CREATE TABLE docs (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, current int);
      CREATE TABLE revisions (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, doc bigint NOT NULL REFERENCES docs, before int REFERENCES revisions);
      ALTER TABLE docs ADD FOREIGN KEY (current) REFERENCES revisions;`,
    rows: `${HOME}
      INSERT INTO pages (id, org_id, first) SELECT id, id, id FROM orgs; INSERT INTO pages (org_id, parent, first) SELECT org_id, id, id FROM pages, generate_series(1, 2);
      INSERT INTO docs (org_id) SELECT id FROM orgs, generate_series(1, 2); INSERT INTO revisions (doc) SELECT id FROM docs;
      INSERT INTO revisions (doc, before) SELECT doc, id FROM revisions; UPDATE docs SET current = (SELECT max(id) FROM revisions WHERE doc = docs.id) WHERE id % 2 = 0;`,
    elsewhere: ELSEWHERE,
    tables: [
      ORGS_TABLE,
      owned("pages", BY_ORG, ["id"], { org_id: "orgs(id)", parent: "pages(id)", first: "pages(id)" }),
      owned("docs", BY_ORG, ["id"], { org_id: "orgs(id)", current: "revisions(id)" }),
      owned("revisions", "t.doc IN (SELECT id FROM docs WHERE org_id::text = $1)", ["id"], {
        doc: "docs(id)",
        before: "revisions(id)",
      }),
    ],
  });
  expect(rows).toBe(1 + 3 + 2 + 4);
});

it("rows that SET NULL has orphaned are nobody's and stay where they are, beside ones that cascade and ones that block", async () => {
  platform = await tinyPlatform(
    `${ORGS}
     CREATE TABLE projects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs ON DELETE CASCADE);
     CREATE TABLE tasks (id bigserial PRIMARY KEY, project_id uuid REFERENCES projects ON DELETE SET NULL, name text);
     CREATE TABLE bills (id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs ON DELETE NO ACTION);`,
    "tables: { public.tasks: { null_key: owned } }",
  );
  const { rows, exported } = await goRound(
    {
      schema: "",
      rows: `${HOME} INSERT INTO projects (org_id) SELECT id FROM orgs, generate_series(1, 2); INSERT INTO tasks (project_id, name) SELECT id, 't' FROM projects;
        DELETE FROM projects WHERE id IN (SELECT min(id::text)::uuid FROM projects GROUP BY org_id); INSERT INTO bills (org_id) SELECT id FROM orgs;`,
      elsewhere: `${ELSEWHERE} INSERT INTO tasks (name) VALUES ('an orphan there');`,
      tables: [
        ORGS_TABLE,
        owned("projects", BY_ORG, ["id"], { org_id: "orgs(id)" }),
        owned("tasks", "t.project_id IN (SELECT id FROM projects WHERE org_id::text = $1)", ["id"], {
          project_id: "projects(id)",
        }),
        owned("bills", BY_ORG, ["id"], { org_id: "orgs(id)" }),
      ],
    },
    platform,
  );
  expect(rows).toBe(1 + 1 + 1 + 1);
  // No foreign key of these has an index on its side; each is named with what that costs.
  const unindexed = exported.filter(({ code }) => /^(foreign|tenant)-key-index-missing$/.test(code));
  expect(unindexed.map(({ where }) => where).toSorted()).toEqual([
    "public.bills.org_id",
    "public.projects.org_id",
    "public.tasks.project_id",
  ]);
});

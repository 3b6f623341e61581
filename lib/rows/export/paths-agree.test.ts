import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";

let platform: TinyPlatform;
beforeAll(async () => {
  // No constraint says that an assignee is there.
  platform = await tinyPlatform(
    `${ORGS}
      CREATE TABLE projects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs);
      CREATE TABLE members (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs);
      CREATE TABLE tasks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), project_id uuid NOT NULL REFERENCES projects,
        assignee uuid);`,
    "references: [{ from: public.tasks.assignee, to: public.members.id }]",
  );
  await platform.source.query(`INSERT INTO orgs (slug) VALUES ('acme'), ('other');
    INSERT INTO projects (org_id) SELECT id FROM orgs; INSERT INTO members (org_id) SELECT id FROM orgs;
    INSERT INTO tasks (project_id, assignee) SELECT p.id, m.id FROM projects p JOIN members m USING (org_id)`);
});
afterAll(() => platform?.drop());

const ACMES = "FROM projects p JOIN orgs o ON o.id = p.org_id AND o.slug = 'acme'";

/** How many of the tenant's tasks another path leads elsewhere; null where none. */
async function counted(): Promise<number | null> {
  const { findings } = await platform.export("acme");
  return (
    findings.find(({ code, where }) => code === "cross-tenant-rows" && where === "public.tasks")?.count ??
    null
  );
}

it.each([1, 5_000])(
  "rows that name %i who are nowhere lead to no other tenant, and hide none that does",
  async (nobodies) => {
    await platform.source.query(
      `INSERT INTO tasks (project_id, assignee) SELECT p.id, gen_random_uuid() ${ACMES}, generate_series(1, $1::int)`,
      [nobodies],
    );
    expect(await counted()).toBeNull();
    const strays = await platform.source.query(
      `INSERT INTO tasks (project_id, assignee)
       SELECT p.id, m.id ${ACMES} JOIN members m ON m.org_id <> p.org_id CROSS JOIN generate_series(1, 3) RETURNING id`,
    );
    expect(strays.rowCount).toBe(3);
    expect(await counted()).toBe(3);
    await platform.source.query("DELETE FROM tasks WHERE id = ANY ($1)", [strays.rows.map(({ id }) => id)]);
  },
);

describe("a key of a composite type", () => {
  let stands: TinyPlatform;
  beforeAll(async () => {
    stands = await tinyPlatform(
      `${ORGS}
        CREATE TYPE place AS (hall int, stand int);
        CREATE TABLE stands (at place PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
        CREATE TABLE fairs (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
        CREATE TABLE bookings (id int PRIMARY KEY, fair_id int NOT NULL REFERENCES fairs, at place REFERENCES stands);`,
      "",
    );
    await stands.source.query(`INSERT INTO orgs (slug) VALUES ('acme'), ('other');
      INSERT INTO fairs SELECT CASE slug WHEN 'acme' THEN 1 ELSE 2 END, id FROM orgs;
      INSERT INTO stands SELECT ROW(CASE slug WHEN 'acme' THEN 1 ELSE 2 END, NULL)::place, id FROM orgs`);
  });
  afterAll(() => stands?.drop());

  it("is there although one of its fields is NULL, and leads where it leads", async () => {
    await stands.source.query(
      "INSERT INTO bookings VALUES (1, 1, ROW(1, NULL)), (2, 1, ROW(2, NULL)), (3, 1, NULL), (4, 2, ROW(2, NULL))",
    );
    const { findings } = await stands.export("acme");
    expect(findings.filter(({ code }) => code === "cross-tenant-rows")).toMatchObject([
      { where: "public.bookings", count: 1 },
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { deriveModel } from "./derive-model.ts";
import { idSource } from "./id-sources.ts";
import { catalogOf, fileOf, organizations, platformOf, table } from "./testing/catalog-builder.ts";

const model = deriveModel(
  catalogOf(
    organizations(),
    table("plans").column("id", "int4").column("code", "text").primary("id").unique("code"),
    table("countries").column("code", "text").primary("code"),
    table("projects")
      .column("id", "uuid")
      .to("organization_id", "uuid", "organizations.id")
      .to("plan_id", "int4", "plans.id")
      .to("country", "text", "countries.code")
      .column("public_id", "uuid")
      .column("slug", "text")
      .primary("id")
      .unique("public_id")
      .unique("organization_id", "slug")
      .key({ kind: "unique", columns: ["organization_id", "id"] }),
    table("tasks")
      .column("organization_id", "uuid")
      .column("project_id", "uuid")
      .column("n", "int4")
      .column("parent_n", "int4?")
      .foreignKey(["organization_id", "project_id"], "projects", ["organization_id", "id"])
      .foreignKey(["project_id", "parent_n"], "tasks", ["project_id", "n"])
      .primary("project_id", "n"),
    table("steps")
      .column("id", "serial")
      .column("project_id", "uuid")
      .column("n", "int4")
      .foreignKey(["project_id", "n"], "tasks", ["project_id", "n"])
      .primary("id"),
    table("badges").column("id", "serial").to("project", "uuid", "projects.public_id").primary("id"),
    table("project_details").to("id", "uuid", "projects.id").primary("id"),
    table("detail_notes").column("i", "serial").to("detail_id", "uuid", "project_details.id").primary("i"),
    table("labels")
      .column("id", "serial")
      .column("org", "uuid")
      .column("slug", "text")
      .primary("id")
      .foreignKey(["org", "slug"], "projects", ["organization_id", "slug"]),
    table("marks")
      .column("id", "serial")
      .to("project_id", "uuid", "projects.id")
      .column("subject_id", "text")
      .column("kind", "text")
      .primary("id"),
  ),
  platformOf(`
    tables: { public.countries: global }
    common: { public.plans: { match: [code] } }
    references: [{ from: public.marks.subject_id, when: { kind: step }, to: public.steps.id }]
  `),
);

const source = (name: string) => {
  const [table, column] = name.split(".") as [string, string];
  const found = idSource(model, `public.${table}`, column);
  return found === null ? null : `${found.table}.${found.column}`;
};

describe("the source of an id", () => {
  test.each([
    ["a generated identifier is its own", "projects.id", "public.projects.id"],
    ["a foreign key leads to it", "projects.organization_id", "public.organizations.id"],
    ["a composite foreign key leads to it component by component", "tasks.project_id", "public.projects.id"],
    ["and further, through a table that only hands it on", "steps.project_id", "public.projects.id"],
    ["the tenant's key comes along in a composite key", "tasks.organization_id", "public.organizations.id"],
    [
      "a foreign key to another unique column leads to that one",
      "badges.project",
      "public.projects.public_id",
    ],
    ["a shared primary key is the parent's", "project_details.id", "public.projects.id"],
    ["and so are references to it", "detail_notes.detail_id", "public.projects.id"],
    ["a reference to a common table ends there", "projects.plan_id", "public.plans.id"],
  ])("%s", (_, name, expected) => {
    expect(source(name)).toBe(expected);
  });

  test.each([
    ["a key part that people count", "tasks.n"],
    ["a reference to such a part", "steps.n"],
    ["a self-reference to such a part", "tasks.parent_n"],
    ["a natural key", "labels.slug"],
    ["a reference to a global table", "projects.country"],
    ["a reference that holds in some rows only", "marks.subject_id"],
    ["a plain column", "projects.slug"],
    ["a column that does not exist", "projects.nothing"],
  ])("there is none for %s", (_, name) => {
    expect(source(name)).toBeNull();
  });

  test("the root's key is one even where people chose it", () => {
    const chosen = deriveModel(
      catalogOf(
        table("workspaces").column("name", "text").primary("name"),
        table("notes").column("id", "serial").to("workspace", "text", "workspaces.name").primary("id"),
      ),
      fileOf("platform: p\ntenant: { table: public.workspaces, key: name }"),
    );
    expect(idSource(chosen, "public.notes", "workspace")).toEqual({
      table: "public.workspaces",
      column: "name",
    });
  });

  test("keys that point at each other in a circle have none, and the search ends", () => {
    const circle = deriveModel(
      catalogOf(
        organizations(),
        table("a").to("id", "uuid", "b.id").to("organization_id", "uuid", "organizations.id").primary("id"),
        table("b").to("id", "uuid", "a.id").to("organization_id", "uuid", "organizations.id").primary("id"),
      ),
      platformOf(),
    );
    expect(idSource(circle, "public.a", "id")).toBeNull();
  });

  test("two sources of one column are a finding that blocks", () => {
    const conflicting = deriveModel(
      catalogOf(
        organizations(),
        table("a").column("id", "uuid").to("organization_id", "uuid", "organizations.id").primary("id"),
        table("b").column("id", "uuid").to("organization_id", "uuid", "organizations.id").primary("id"),
        table("c").column("n", "serial").to("x", "uuid", "a.id").primary("n"),
      ),
      platformOf("references: [{ from: public.c.x, to: public.b.id }]"),
    );
    expect(conflicting.findings.filter(({ severity }) => severity === "blocks")).toMatchObject([
      { code: "reference-conflict", where: "public.c.x", count: 2 },
    ]);
  });
});

test("the model of these tests has nothing that blocks", () => {
  expect(model.findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
});

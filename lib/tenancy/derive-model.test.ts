import { expect, test } from "vitest";
import { deriveModel } from "./derive-model.ts";
import { catalogOf, fileOf, organizations, platformOf, table } from "./testing/catalog-builder.ts";

const projects = () =>
  table("projects").column("id", "uuid").to("organization_id", "uuid", "organizations.id").primary("id");
const tasks = () =>
  table("tasks").column("id", "serial").to("project_id", "uuid", "projects.id").primary("id");

test("a well-built schema needs no line beyond the root", () => {
  const model = deriveModel(catalogOf(organizations(), projects(), tasks()), platformOf());
  expect(model.findings).toEqual([]);
  expect([...model.tables.values()].map((entry) => [entry.id, entry.class, entry.declared])).toEqual([
    ["public.organizations", "root", true],
    ["public.projects", "direct", false],
    ["public.tasks", "via", false],
  ]);
  expect(model.tenant).toEqual({
    table: "public.organizations",
    key: "id",
    keyType: "uuid",
    slug: "slug",
    name: null,
    domains: null,
    state: null,
  });
  expect(model.loadOrder).toEqual(["public.organizations", "public.projects", "public.tasks"]);
});

test("the root's key is its primary key where the file leaves it out", () => {
  const file = fileOf("platform: p\ntenant: { table: public.organizations }");
  expect(deriveModel(catalogOf(organizations()), file).tenant.key).toBe("id");
});

test("a tenant that is only a value in a column has no root", () => {
  const catalog = catalogOf(
    table("notes").column("workspace", "text").column("id", "serial").primary("id").index("workspace"),
    table("links").column("id", "serial").to("note_id", "int8", "notes.id").primary("id"),
  );
  const model = deriveModel(catalog, fileOf("platform: p\ntenant: { key_columns: [workspace] }"));
  expect(model.findings).toEqual([]);
  expect(model.tenant).toMatchObject({ table: null, key: "workspace", keyType: "text" });
  expect(model.tables.get("public.notes")).toMatchObject({
    class: "direct",
    path: { hops: [], column: "workspace" },
  });
  expect(model.tables.get("public.links")?.class).toBe("via");
  expect(model.references.map(({ from }) => from.table)).toEqual(["public.links"]);
});

test("a root that does not exist is one finding with the nearest name, and no model", () => {
  const file = fileOf("platform: p\ntenant: { table: public.organisations, key: id }");
  const model = deriveModel(catalogOf(organizations(), projects()), file);
  expect(model.findings).toHaveLength(1);
  expect(model.findings[0]).toMatchObject({ code: "unknown-table", severity: "blocks" });
  expect(model.findings[0]?.todo).toContain("public.organizations");
  expect(model.tables.size).toBe(0);
});

test.each([
  ["platform: p\ntenant: {}", "tenant-key-unknown"],
  ["platform: p\ntenant: { key_columns: [workspace] }", "unknown-column"],
  ["platform: p\ntenant: { table: public.organizations, key: uid }", "unknown-column"],
  ["platform: p\ntenant: { table: public.organizations, key: id, key_columns: [nowhere] }", "unknown-column"],
  [
    "platform: p\nplacement: schema\nschema: app_{slug}\ntenant: { table: public.organizations }",
    "placement-schema-unsupported",
  ],
  ["platform: p\ntenant: { table: public.organizations, key: name }", "tenant-key-not-unique"],
])("what is wrong with the tenant blocks: %s", (yaml, code) => {
  const catalog = catalogOf(organizations().column("name", "text"), projects());
  const blocking = deriveModel(catalog, fileOf(yaml)).findings.filter(
    ({ severity }) => severity === "blocks",
  );
  expect(blocking.map((finding) => finding.code)).toContain(code);
});

test("domains must be found in a table of the tenant's", () => {
  const domains = table("domains").column("hostname", "text").primary("hostname");
  const file = fileOf(`
    platform: p
    tenant: { table: public.organizations, domains: public.domains.hostname }
    tables: { public.domains: global }
  `);
  expect(deriveModel(catalogOf(organizations(), domains), file).findings).toMatchObject([
    { code: "domains-not-owned", severity: "blocks" },
  ]);
});

test("the version is the same for the same model, whatever its findings, and another for another model", () => {
  const catalog = catalogOf(organizations(), projects(), tasks());
  const unindexed = catalogOf(organizations(), projects(), tasks().with({ indexes: [] }));
  const version = deriveModel(catalog, platformOf()).version;
  expect(version).toMatch(/^[0-9a-f]{64}$/);
  expect(deriveModel(catalog, platformOf()).version).toBe(version);
  expect(deriveModel(unindexed, platformOf()).version).toBe(version);
  expect(
    deriveModel(catalog, platformOf("columns: { public.organizations.slug: personal }")).version,
  ).not.toBe(version);
});

test("a row's key is the primary key, else a plain unique one, else nothing", () => {
  const catalog = catalogOf(
    organizations(),
    table("a")
      .to("organization_id", "uuid", "organizations.id")
      .column("n", "int4?")
      .column("code", "text")
      .unique("n")
      .unique("code"),
    table("b")
      .to("organization_id", "uuid", "organizations.id")
      .column("code", "text")
      .key({ columns: ["code"], predicate: "code <> ''", plain: false }),
  );
  const { tables } = deriveModel(catalog, platformOf());
  expect(tables.get("public.organizations")?.key).toEqual(["id"]);
  expect(tables.get("public.a")?.key).toEqual(["code"]);
  expect(tables.get("public.b")?.key).toBeNull();
});

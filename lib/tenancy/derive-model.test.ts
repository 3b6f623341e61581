import fc from "fast-check";
import { expect, test } from "vitest";
import { deriveModel } from "./derive-model.ts";
import { ownershipPredicate } from "./ownership-sql.ts";
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
    "schema-pattern-slug",
  ],
  ["platform: p\ntenant: { table: public.organizations, key: name }", "tenant-key-not-unique"],
])("what is wrong with the tenant blocks: %s", (yaml, code) => {
  const catalog = catalogOf(organizations().column("name", "text"), projects());
  const blocking = deriveModel(catalog, fileOf(yaml)).findings.filter(
    ({ severity }) => severity === "blocks",
  );
  expect(blocking.map((finding) => finding.code)).toContain(code);
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

test("whatever the schema and the answers, a model comes out, and every owned table has its condition", () => {
  const types = fc.constantFrom("uuid", "uuid?", "text", "serial", "int8?", "jsonb", "uuid[]");
  const names = fc.constantFrom("id", "organization_id", "project_id", "token", "data", "parentId", "code");
  const columns = fc.uniqueArray(fc.tuple(names, types), {
    selector: ([name]) => name,
    minLength: 1,
    maxLength: 6,
  });
  const keys = fc.array(fc.tuple(fc.nat(5), fc.nat(6), fc.nat(5)), { maxLength: 4 });
  const schemas = fc.array(fc.tuple(columns, keys, fc.nat(5)), { minLength: 1, maxLength: 6 });
  const answers = fc.subarray([
    "tables: { public.t0: { null_key: shared }, public.t1: excluded, public.t2: { path: [project_id, organization_id] } }",
    "common: { public.t3: { match: [code], create: [id] }, public.t0: { match: [id] } }",
    "columns: { public.t0.id: { generated: cuid }, public.t1.token: secret, public.t2.data: { $.a: secret } }",
    "sub_keys: [{ table: public.t1, key: id, columns: [project_id] }]",
    "references: [{ from: public.t0.parentId, to: public.t1.id }, { from: public.t2.code, pattern: 'a:{public.t0.id}' }]",
  ]);
  fc.assert(
    fc.property(schemas, answers, (schema, lines) => {
      const tables = schema.map(([own, foreign, primary], i) => {
        const builder = table(`t${i}`);
        for (const [name, type] of own) builder.column(name, type);
        for (const [from, to, at] of foreign) {
          const column = own[from % own.length]![0];
          const target = to < schema.length ? schema[to]![0] : null;
          const targetColumn = target === null ? "id" : target[at % target.length]![0];
          builder.foreignKey([column], target === null ? "organizations" : `t${to}`, [targetColumn]);
        }
        return builder.primary(own[primary % own.length]![0]);
      });
      const model = deriveModel(catalogOf(organizations(), ...tables), platformOf(lines.join("\n")));
      expect(model.loadOrder).toContain("public.organizations");
      for (const id of model.loadOrder) {
        expect(ownershipPredicate(model, id, "t", "$1::uuid")).toContain("$1::uuid");
        expect(model.tables.get(id)?.path?.hops.length).toBeLessThanOrEqual(6);
      }
    }),
    { numRuns: 300 },
  );
});

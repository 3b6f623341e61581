import { describe, expect, test } from "vitest";
import { shapeHash } from "../catalog/shape.ts";
import { deriveModel } from "./derive-model.ts";
import { asWritten, schemaNameOf, schemaPattern, tenantSchemas, viewOfTenant } from "./tenant-schema.ts";
import { catalogOf, fileOf, table } from "./testing/catalog-builder.ts";

const YAML = `platform: p
tenant: { table: public.accounts, slug: slug }
placement: schema
schema: "app_{slug}"
tables: { app_shared.words: global }`;
const file = fileOf(YAML);

const tables = (schema: string) => [
  table(`${schema}.customers`).column("id", "uuid").column("name", "text").primary("id"),
  table(`${schema}.orders`)
    .column("id", "identity")
    .column("code", "text", { type: `${schema}.code[]`, typeShape: `{"of":"${schema}.code"}` })
    .to("customer", "uuid", `${schema}.customers.id`)
    .primary("id"),
];
const catalog = catalogOf(
  table("accounts").column("id", "uuid").column("slug", "text").primary("id").unique("slug"),
  table("members").column("id", "uuid").to("account_id", "uuid", "accounts.id").primary("id"),
  table("app_shared.words").column("word", "text").primary("word"),
  ...tables("app_acme"),
  ...tables("app_other"),
);

describe("a platform with a schema for each tenant", () => {
  test("has the schemas that are called as the pattern says, and are not named in the file", () => {
    expect(tenantSchemas(catalog, file)).toEqual(["app_acme", "app_other"]);
    const pattern = schemaPattern(file)!;
    expect(schemaNameOf(pattern, { key: "1", slug: "new" })).toBe("app_new");
    expect(schemaNameOf(pattern, { key: "1", slug: null })).toBeNull();
  });

  test("looks the same from every tenant's side", () => {
    const [acme, other] = ["app_acme", "app_other"].map((schema) => viewOfTenant(catalog, file, schema));
    expect([...acme!.tables.keys()]).toEqual([...other!.tables.keys()]);
    const orders = acme!.tables.get('"app_{slug}".orders')!;
    expect(orders.schema).toBe("app_acme");
    expect(orders.foreignKeys[0]?.table).toBe('"app_{slug}".customers');
    expect(shapeHash(orders)).toBe(shapeHash(other!.tables.get('"app_{slug}".orders')!));
    expect(shapeHash(orders)).not.toBe(shapeHash(catalog.tables.get("app_acme.orders")!));
    expect(deriveModel(acme!, file).version).toBe(deriveModel(other!, file).version);
    expect(deriveModel(acme!, file).tenantSchema?.name).toBe("app_acme");
  });

  test("owns every row of the tenant's schema, and others by their key", () => {
    const model = deriveModel(viewOfTenant(catalog, file, "app_other"), file);
    expect(model.findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
    const classes = [...model.tables.values()].map((each) => [each.id, each.class, each.whole ?? false]);
    expect(classes).toEqual([
      ["public.accounts", "root", false],
      ["public.members", "direct", false],
      ["app_shared.words", "global", false],
      ['"app_{slug}".customers', "direct", true],
      ['"app_{slug}".orders', "direct", true],
    ]);
  });

  test("whose tenants differ in shape says so, once a schema", () => {
    const drifted = catalogOf(
      ...[...catalog.tables.values()]
        .filter(({ id }) => id !== "app_other.orders")
        .map((each) => ({ build: () => each }) as ReturnType<typeof table>),
    );
    expect(deriveModel(drifted, file).findings).toContainEqual(
      expect.objectContaining({ code: "tenant-schema-differs", where: "app_other", count: 1 }),
    );
  });
});

test.each([
  ["app_acme.mood", '"app_{slug}".mood'],
  ["app_acme.mood[]", '"app_{slug}".mood[]'],
  ["my_app_acme.mood", "my_app_acme.mood"],
  ["nextval('app_acme.seq'::regclass)", "nextval('\"app_{slug}\".seq'::regclass)"],
  ["text", "text"],
])("%s is written %s", (text, written) => {
  expect(asWritten(text, { written: "app_{slug}", name: "app_acme" })).toBe(written);
});

test.each([
  ["platform: p\ntenant: {}\nplacement: schema", "schema-pattern-missing"],
  ["platform: p\ntenant: {}\nplacement: schema\nschema: everything", "schema-pattern-missing"],
  [
    "platform: p\ntenant: { table: public.accounts }\nplacement: schema\nschema: app_{slug}",
    "schema-pattern-slug",
  ],
  ["platform: p\ntenant: {}\nplacement: schema\nschema: me_{slug}", "no-tenant-schema"],
])("a file that does not fit says what to add: %s", (yaml, code) => {
  const { findings, tables: found } = deriveModel(catalog, fileOf(yaml));
  expect(findings.map((finding) => finding.code)).toEqual([code]);
  expect(found.size).toBe(0);
});

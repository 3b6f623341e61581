import { expect, test } from "vitest";
import { deriveModel } from "./derive-model.ts";
import { catalogOf, fileOf, organizations, table } from "./testing/catalog-builder.ts";
import { derive, owned } from "./testing/derive.ts";

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

test("domains may stand in the root or in a table of the tenant's", () => {
  const of = (domains: string) =>
    deriveModel(
      catalogOf(organizations().column("domain", "text"), owned("domains").column("hostname", "text")),
      fileOf(`platform: p\ntenant: { table: public.organizations, domains: ${domains} }`),
    );
  for (const [name, expected] of [
    ["domain", { table: "public.organizations", column: "domain" }],
    ["public.organizations.domain", { table: "public.organizations", column: "domain" }],
    ["public.domains.hostname", { table: "public.domains", column: "hostname" }],
  ] as const) {
    expect(of(name).findings).toEqual([]);
    expect(of(name).tenant.domains).toEqual(expected);
  }
});

test("a tenant that points at another tenant is warned of, and its column is a reference", () => {
  const { model, codes } = derive(catalogOf(organizations().to("parent_id", "uuid?", "organizations.id")));
  expect(codes).toEqual(["tenant-points-at-tenant public.organizations.parent_id"]);
  expect(model.references).toHaveLength(1);
  expect(model.tables.get("public.organizations")?.otherPaths).toEqual([]);
});

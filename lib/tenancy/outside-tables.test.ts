import { describe, expect, test } from "vitest";
import type { Catalog } from "../catalog/catalog.ts";
import { deriveModel } from "./derive-model.ts";
import { catalogOf, organizations, platformOf, table } from "./testing/catalog-builder.ts";
import { derive, owned } from "./testing/derive.ts";

const findings = (catalog: Catalog, yaml = "") =>
  derive(catalog, yaml).findings.map(({ code, severity, where }) => `${severity} ${code} ${where}`);

describe("a table that escapes", () => {
  test("blocks, with the line to add", () => {
    const model = deriveModel(
      catalogOf(organizations(), table("notes").column("id", "serial").primary("id")),
      platformOf(),
    );
    expect(model.findings).toMatchObject([
      { code: "unclassified", severity: "blocks", where: "public.notes" },
    ]);
    expect(model.findings[0]?.todo).toBe("Add `public.notes: global` or `excluded` under `tables`.");
  });

  test("behind a unique reference is proposed as owned by the row that points at it", () => {
    const model = deriveModel(
      catalogOf(
        organizations(),
        owned("documents").to("data_id", "uuid", "document_data.id").unique("data_id"),
        table("document_data").column("id", "uuid").primary("id"),
      ),
      platformOf(),
    );
    expect(model.findings).toMatchObject([{ code: "unclassified", severity: "blocks" }]);
    expect(model.findings[0]?.todo).toContain("{ owned_through: public.documents.data_id }");
  });

  test("that is a lookup by a natural key is taken for global, and said", () => {
    const catalog = catalogOf(
      organizations(),
      owned("addresses").to("country", "text", "countries.code"),
      table("countries").column("code", "text").primary("code"),
    );
    expect(findings(catalog)).toEqual(["warns taken-for-global public.countries"]);
    expect(findings(catalog, "tables: { public.countries: global }")).toEqual([]);
  });

  test("that is found by a generated id is not taken for anything", () => {
    const catalog = catalogOf(
      organizations(),
      owned("subscriptions").to("plan_id", "int8", "plans.id"),
      table("plans").column("id", "serial").column("code", "text").primary("id").unique("code"),
    );
    expect(findings(catalog)).toEqual(["blocks unclassified public.plans"]);
    expect(findings(catalog, "tables: { public.plans: global }")).toEqual([
      "blocks global-found-by-id public.plans",
    ]);
    expect(findings(catalog, "common: { public.plans: { match: [code] } }")).toEqual([]);
  });
});

describe("a common table", () => {
  const users = () =>
    table("users").column("id", "uuid").column("email", "text").column("name", "text").primary("id");

  test("is matched by something unique, an expression index too", () => {
    const yaml = "common: { public.users: { match: [email] } }";
    expect(findings(catalogOf(organizations(), users()), yaml)).toEqual([
      "warns match-not-unique public.users",
    ]);
    const lower = users().key({ columns: ["lower(email)"], plain: false });
    expect(findings(catalogOf(organizations(), lower), yaml)).toEqual([]);
  });

  test("is created with all that a row needs", () => {
    const catalog = catalogOf(organizations(), users().unique("email"));
    expect(findings(catalog, "common: { public.users: { match: [email], create: [email] } }")).toEqual([
      "warns create-incomplete public.users",
    ]);
    expect(findings(catalog, "common: { public.users: { match: [email], create: [email, name] } }")).toEqual(
      [],
    );
  });

  test("shared rows that owned rows point at need a way to be found", () => {
    const catalog = catalogOf(
      organizations(),
      table("roles")
        .column("id", "uuid")
        .column("name", "text")
        .to("organization_id", "uuid?", "organizations.id")
        .primary("id")
        .unique("name"),
      owned("members").to("role_id", "uuid", "roles.id"),
    );
    const shared = "tables: { public.roles: { null_key: shared } }\n";
    expect(findings(catalog, shared)).toEqual(["blocks shared-rows-without-match public.roles"]);
    expect(findings(catalog, `${shared}common: { public.roles: { match: [name] } }`)).toEqual([]);
  });
});

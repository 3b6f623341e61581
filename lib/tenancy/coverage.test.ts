import { describe, expect, test } from "vitest";
import type { Catalog } from "../catalog/catalog.ts";
import { deriveModel } from "./derive-model.ts";
import { catalogOf, organizations, platformOf, table } from "./testing/catalog-builder.ts";

const owned = (name: string) =>
  table(name).column("id", "uuid").to("organization_id", "uuid", "organizations.id").primary("id");

const findings = (catalog: Catalog, yaml = "") =>
  deriveModel(catalog, platformOf(yaml)).findings.map(
    ({ code, severity, where }) => `${severity} ${code} ${where}`,
  );

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

describe("a missing index", () => {
  test("on the tenant's key and on a foreign key warns", () => {
    const catalog = catalogOf(
      organizations(),
      owned("a"),
      table("b")
        .column("id", "uuid")
        .to("organization_id", "uuid", "organizations.id", { indexed: false })
        .to("a_id", "uuid", "a.id", { indexed: false })
        .primary("id"),
    );
    expect(findings(catalog)).toEqual([
      "warns tenant-key-index-missing public.b.organization_id",
      "warns foreign-key-index-missing public.b.a_id",
    ]);
  });
});

test.each([
  [{ kind: "foreign" as const }, "warns foreign-table public.a"],
  [{ persistence: "unlogged" as const }, "notes unlogged-table public.a"],
  [{ inherits: ["public.base"] }, "notes inherited-table public.a"],
  [{ keys: [] }, "notes table-without-key public.a"],
])("a table that needs care is noted: %j", (more, expected) => {
  expect(findings(catalogOf(organizations(), owned("a").with(more)))).toEqual([expected]);
});

test("each cycle is noted with the way out of it", () => {
  const what = (type: string, deferrable: boolean) => {
    const catalog = catalogOf(
      organizations(),
      owned("threads").to("last_id", type, "messages.id", { deferrable }),
      owned("messages").to("thread_id", "uuid", "threads.id"),
    );
    const model = deriveModel(catalog, platformOf());
    expect(model.cycles).toEqual([["public.messages", "public.threads"]]);
    return model.findings.find(({ code }) => code === "reference-cycle")?.what;
  };
  expect(what("uuid?", false)).toContain("public.threads.last_id may be NULL");
  expect(what("uuid", true)).toContain("at the end of the transaction");
  expect(what("uuid", false)).toContain("one statement must load it");
});

test("a partition that is named is answered with the table that decides", () => {
  const catalog = catalogOf(
    organizations(),
    owned("events").with({ kind: "partitioned" }),
    owned("events_1").with({ kind: "partition", partitionOf: "public.events" }),
    owned("events_1_a").with({ kind: "partition", partitionOf: "public.events_1" }),
  );
  const model = deriveModel(catalog, platformOf("tables: { public.events_1_a: global }"));
  expect(model.findings).toMatchObject([{ code: "partition-named", todo: "Name public.events instead." }]);
});

test.each(["organizations", "app.organizations", "public.organization", '"public"."Organizations"'])(
  "a table that is not there is answered with the nearest: %s",
  (name) => {
    const model = deriveModel(catalogOf(organizations()), platformOf(`tables: { '${name}': global }`));
    expect(model.findings).toMatchObject([{ code: "unknown-table", severity: "blocks", where: name }]);
    expect(model.findings[0]?.todo).toBe("Did you mean public.organizations?");
  },
);

import { describe, expect, test } from "vitest";
import type { Catalog } from "../catalog/catalog.ts";
import { catalogOf, organizations, table } from "./testing/catalog-builder.ts";
import { derive, owned } from "./testing/derive.ts";

describe("a suspected reference", () => {
  const suspects = (catalog: Catalog, yaml = "") =>
    derive(catalog, yaml).findings.filter(({ code }) => code === "suspected-reference");

  test.each([
    ["project_id", "uuid", "to: public.projects.id"],
    ["assigned_project_id", "uuid?", "to: public.projects.id"],
    ["projectId", "uuid", "to: public.projects.id"],
    ["categoryId", "int4", "to: public.categories.id"],
    ["project_ids", "uuid[]", "each: true, to: public.projects.id"],
    ["stripe_customer_id", "text", "to: …"],
    ["created_by", "uuid", "to: …"],
  ])("by its name or type warns with the line to add: %s %s", (name, type, line) => {
    const found = suspects(
      catalogOf(
        organizations(),
        owned("projects"),
        table("categories")
          .column("id", "serial")
          .to("organization_id", "uuid", "organizations.id")
          .primary("id"),
        owned("notes").column(name, type),
      ),
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity: "warns" });
    expect(found[0]?.todo).toContain(line);
    expect(found[0]?.todo).toContain("to: none");
  });

  test.each([
    ["paid", "text"],
    ["id_card", "text"],
    ["valid", "bool"],
    ["trace_id", "bytea"],
    ["grid", "int4"],
  ])("is not seen in %s %s", (name, type) => {
    expect(suspects(catalogOf(organizations(), owned("notes").column(name, type)))).toEqual([]);
  });

  test("is none where the column is a key of its own, a secret, or answered", () => {
    const catalog = catalogOf(
      organizations(),
      owned("notes")
        .column("public_id", "uuid")
        .unique("public_id")
        .column("share_token", "uuid")
        .column("request_id", "uuid"),
      table("orders")
        .column("order_id", "int8")
        .to("organization_id", "uuid", "organizations.id")
        .primary("order_id"),
    );
    expect(
      suspects(
        catalog,
        `columns: { public.notes.share_token: secret }
references: [{ from: public.notes.request_id, to: none }]`,
      ),
    ).toEqual([]);
  });

  test("a shared primary key without a constraint is asked about", () => {
    const found = suspects(
      catalogOf(
        organizations(),
        table("users").column("id", "int8").to("organization_id", "uuid", "organizations.id").primary("id"),
        table("profiles")
          .column("user_id", "int8")
          .to("organization_id", "uuid", "organizations.id")
          .primary("user_id"),
      ),
    );
    expect(found).toMatchObject([{ where: "public.profiles.user_id" }]);
    expect(found[0]?.todo).toContain("to: public.users.id");
  });

  test("json columns that nobody has spoken of are noted, once a table", () => {
    const catalog = catalogOf(organizations(), owned("events").column("data", "jsonb"));
    const of = (yaml: string) => derive(catalog, yaml).findings;
    expect(of("")).toMatchObject([
      { where: "public.events", code: "json-unexamined", severity: "notes", count: 1 },
    ]);
    expect(of("references: [{ from: public.events.data, to: none }]")).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { catalogOf, organizations, table } from "./testing/catalog-builder.ts";
import { child, derive, owned } from "./testing/derive.ts";

describe("a tenant key that may be NULL", () => {
  const catalog = () =>
    catalogOf(
      organizations(),
      owned("projects"),
      table("roles")
        .column("id", "uuid")
        .to("organization_id", "uuid?", "organizations.id")
        .primary("id")
        .to("project_id", "uuid?", "projects.id"),
    );

  test("blocks until somebody says what NULL means", () => {
    const { findings } = derive(catalog());
    expect(findings.filter(({ severity }) => severity === "blocks")).toMatchObject([
      { code: "null-key-unanswered", where: "public.roles.organization_id" },
    ]);
  });

  test("shared: only rows with the key are the tenant's", () => {
    const { of, findings } = derive(catalog(), "tables: { public.roles: { null_key: shared } }");
    expect(of("roles").entry).toMatchObject({ class: "direct", sharedNull: true, anyPath: false });
    expect(findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
  });

  test("owned: a row without it is found by its other paths", () => {
    const { of, findings } = derive(catalog(), "tables: { public.roles: { null_key: owned } }");
    expect(of("roles").entry).toMatchObject({ sharedNull: false, anyPath: true });
    expect(findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
  });

  test("shared rows are a poor guide to an owner: another path wins", () => {
    const members = owned("members");
    const grants = child("grants", "roles", "members");
    const { of } = derive(
      catalogOf(
        ...[organizations(), owned("projects"), members, grants],
        table("roles").column("id", "uuid").to("organization_id", "uuid?", "organizations.id").primary("id"),
      ),
      "tables: { public.roles: { null_key: shared } }\ncommon: { public.roles: { match: [id] } }",
    );
    expect(of("grants").path).toBe("member_id→public.members organization_id");
  });
});

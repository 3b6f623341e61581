import { describe, expect, test } from "vitest";
import { deriveModel } from "./derive-model.ts";
import { catalogOf, organizations, platformOf, table } from "./testing/catalog-builder.ts";
import { derive, owned } from "./testing/derive.ts";

describe("a table", () => {
  test("that has the key's name and type elsewhere and no foreign key is direct, with a note", () => {
    const { of, codes } = derive(
      catalogOf(
        organizations(),
        owned("a"),
        table("log").column("organization_id", "uuid").index("organization_id"),
      ),
    );
    expect(of("log")).toMatchObject({ class: "direct", path: "organization_id" });
    expect(codes).toContain("tenant-key-by-name public.log.organization_id");
  });

  test("whose column has the key's name and another type is not taken for direct", () => {
    const { of, codes } = derive(
      catalogOf(
        organizations(),
        owned("a"),
        table("log").column("organization_id", "text").index("organization_id"),
      ),
    );
    expect(of("log").class).toBe("global");
    expect(codes).toContain("key-column-type-differs public.log.organization_id");
    expect(codes).toContain("unclassified public.log");
  });

  test("whose column has the key's name and a foreign key to another table follows the foreign key", () => {
    const { of, codes } = derive(
      catalogOf(
        organizations(),
        table("accounts").column("id", "uuid").to("owner_id", "uuid", "organizations.id").primary("id"),
        table("pets").column("id", "serial").to("owner_id", "uuid", "accounts.id").primary("id"),
      ),
    );
    expect(of("pets").class).toBe("via");
    expect(codes).not.toContain("tenant-key-by-name public.pets.owner_id");
  });

  test("that has a key of its own is not the tenant because another one shares the tenant's by the same name", () => {
    const { of, codes } = derive(
      catalogOf(
        organizations(),
        table("settings").to("id", "uuid", "organizations.id").primary("id"),
        owned("projects"),
        table("tasks").column("id", "uuid").to("project_id", "uuid", "projects.id").primary("id"),
        table("lists").column("id", "uuid").primary("id"),
      ),
    );
    expect(of("settings").class).toBe("direct");
    expect(of("tasks")).toMatchObject({ class: "via", path: "project_id→public.projects organization_id" });
    expect(codes).toContain("unclassified public.lists");
  });

  test("whose whole key has the key's usual name is direct by it", () => {
    const { of } = derive(
      catalogOf(
        organizations(),
        owned("projects"),
        table("limits").column("organization_id", "uuid").primary("organization_id"),
      ),
    );
    expect(of("limits")).toMatchObject({ class: "direct", path: "organization_id" });
  });

  test("is direct by a declared key column, and other names no longer count", () => {
    const catalog = catalogOf(
      organizations(),
      owned("a"),
      table("log").column("org", "uuid").index("org"),
      table("other").column("organization_id", "uuid"),
    );
    const file = platformOf().tenant;
    const model = deriveModel(catalog, { ...platformOf(), tenant: { ...file, key_columns: ["org"] } });
    expect(model.tables.get("public.log")?.class).toBe("direct");
    expect(model.tables.get("public.other")?.class).toBe("global");
    expect(model.references).toContainEqual(
      expect.objectContaining({
        kind: "column",
        from: { table: "public.log", columns: ["org"] },
        to: { table: "public.organizations", columns: ["id"] },
      }),
    );
  });

  test("two columns to the root: the one that never is NULL, and a finding", () => {
    const { of, codes } = derive(
      catalogOf(
        organizations(),
        table("deals")
          .column("id", "serial")
          .to("buyer", "uuid?", "organizations.id")
          .to("seller", "uuid", "organizations.id")
          .primary("id"),
      ),
    );
    expect(of("deals")).toMatchObject({ path: "seller", others: ["buyer"] });
    expect(codes).toContain("several-tenant-keys public.deals");
  });
});

import { describe, expect, test } from "vitest";
import { proposedLines } from "./line-to-add.ts";
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

describe("a key below the tenant that may be NULL", () => {
  const models = () => child("models", "projects?");
  const catalog = (...more: ReturnType<typeof child>[]) =>
    catalogOf(organizations(), owned("projects"), ...more);

  test("blocks until somebody says what NULL means, with the line", () => {
    const { findings } = derive(catalog(models()));
    const [finding, ...more] = findings.filter(({ severity }) => severity === "blocks");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: "null-key-unanswered", where: "public.models.project_id" });
    expect(proposedLines(finding!).map(({ line }) => line)).toEqual([
      "public.models: { null_key: shared }",
      "public.models: { null_key: owned }",
      "public.models: { path: [...] }",
    ]);
  });

  test.each(["null_key: shared", "null_key: owned", "path: [project_id, organization_id]"])(
    "is answered by `%s`",
    (answer) => {
      const { blocking, of } = derive(catalog(models()), `tables: { public.models: { ${answer} } }`);
      expect(blocking.filter((each) => !each.startsWith("shared-rows"))).toEqual([]);
      expect(of("models").entry.sharedNull).toBe(answer === "null_key: shared");
    },
  );

  test("is asked where it lies, and not of each table below", () => {
    const { blocking, codes } = derive(catalog(models(), child("prices", "models")));
    expect(blocking).toEqual(["null-key-unanswered public.models.project_id"]);
    expect(codes).toContain("null-on-path public.prices");
  });

  test("is asked of a declared sub-key even where another path finds such rows", () => {
    const tables = () => catalog(owned("zones"), child("files", "projects?", "zones?"));
    const subKeys = "sub_keys: [{ table: public.projects, key: id, columns: [project_id] }]";
    expect(derive(tables()).blocking).toEqual([]);
    expect(derive(tables(), subKeys).blocking).toEqual(["null-key-unanswered public.files.project_id"]);
  });
});

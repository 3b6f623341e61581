import { describe, expect, test } from "vitest";
import { catalogOf, organizations } from "./testing/catalog-builder.ts";
import { child, derive, owned } from "./testing/derive.ts";

describe("a declared path", () => {
  const catalog = () => catalogOf(organizations(), owned("projects"), child("tasks", "projects"));

  test.each([
    ["[project_id]", "path-does-not-reach-tenant"],
    ["[id]", "path-does-not-reach-tenant"],
    ["[project_id, organisation_id]", "unknown-column"],
    ["[projectid, organization_id]", "unknown-column"],
    ["[id, organization_id]", "path-does-not-reach-tenant"],
  ])("that leads nowhere blocks: %s", (path, code) => {
    const { findings } = derive(catalog(), `tables: { public.tasks: { path: ${path} } }`);
    expect(findings.find((finding) => finding.code === code)).toMatchObject({ severity: "blocks" });
  });

  test("may end at the root itself", () => {
    const { of } = derive(catalog(), "tables: { public.tasks: { path: [project_id, organization_id, id] } }");
    expect(of("tasks").class).toBe("via");
    expect(of("tasks").entry.path?.column).toMatch(/^(id|organization_id)$/);
  });
});

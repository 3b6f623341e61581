import { describe, expect, it } from "vitest";
import { modelDiff } from "./model-diff.ts";
import { catalogOf, table } from "./testing/catalog-builder.ts";
import { child, derive, owned } from "./testing/derive.ts";

const root = table("organizations").column("id", "uuid").primary("id");
const CATALOG = catalogOf(
  root,
  owned("projects"),
  child("tasks", "projects"),
  table("notes").column("id", "uuid").column("task_id", "uuid").column("api_token", "text").primary("id"),
);
const model = (yaml = "") => derive(CATALOG, yaml).model;

describe("what a platform file changes in the model", () => {
  it("is nothing where nothing is said that was not so", () => {
    const none = { tables: [], columns: [], references: [], loadOrder: [], gone: [], appeared: [] };
    expect(modelDiff(model(), model())).toEqual(none);
  });

  it("tells tables, references, the order of load and the findings that are answered", () => {
    const before = model();
    expect(before.findings.map(({ code }) => code)).toContain("unclassified");
    const diff = modelDiff(
      before,
      model("references: [{ from: public.notes.task_id, to: public.tasks.id }]"),
    );
    expect(diff.tables).toEqual([
      {
        sign: "changed",
        what: "public.notes",
        before: "global",
        after: "owned, by task_id → public.tasks, project_id → public.projects.organization_id",
      },
    ]);
    expect(diff.references).toEqual([
      { sign: "added", what: "public.notes.task_id → public.tasks.id", before: null, after: "column" },
    ]);
    expect(diff.loadOrder).toEqual([
      { sign: "added", what: "public.notes", before: null, after: "place 4 of 4" },
    ]);
    expect(diff.gone).toContainEqual(
      expect.objectContaining({ code: "unclassified", where: "public.notes" }),
    );
  });

  it("tells columns and what appears instead", () => {
    const owner = "references: [{ from: public.notes.task_id, to: public.tasks.id }]";
    const diff = modelDiff(model(owner), model(`${owner}\ncolumns: { public.notes.api_token: secret }`));
    expect(diff.columns).toEqual([
      { sign: "added", what: "public.notes.api_token", before: null, after: "secret, on import list" },
    ]);
    const excluded = modelDiff(model(), model("tables: { public.projects: excluded }"));
    expect(excluded.tables).toContainEqual(
      expect.objectContaining({ what: "public.projects", after: expect.stringMatching(/^excluded/) }),
    );
    expect(excluded.loadOrder).toContainEqual(
      expect.objectContaining({ sign: "removed", what: "public.projects" }),
    );
    expect(excluded.appeared.length).toBeGreaterThan(0);
  });
});

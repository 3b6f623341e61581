import { describe, expect, test } from "vitest";
import type { Catalog } from "../catalog/catalog.ts";
import { catalogOf, organizations, table } from "./testing/catalog-builder.ts";
import { derive, owned } from "./testing/derive.ts";

const virtual = (catalog: Catalog, yaml: string) =>
  derive(catalog, yaml).model.references.filter(({ foreignKey }) => foreignKey === null);

const catalog = () =>
  catalogOf(
    organizations(),
    owned("projects"),
    owned("invoices"),
    owned("events")
      .column("subject_type", "text")
      .column("subject_id", "text")
      .column("data", "jsonb")
      .column("viewer_ids", "uuid[]")
      .column("key", "text")
      .column("request_id", "uuid?"),
  );

describe("a line under references", () => {
  test.each([
    ["{ from: public.events.request_id, to: public.projects.id }", { kind: "column", nullable: true }],
    [
      "{ from: public.events.subject_id, when: { subject_type: invoice }, to: public.invoices.id }",
      { kind: "polymorphic", when: { subject_type: "invoice" }, nullable: false },
    ],
    [
      "{ from: public.events.data, path: '$.items[*].projectId', to: public.projects.id }",
      { kind: "json path", path: "$.items[*].projectId", nullable: true },
    ],
    [
      "{ from: public.events.viewer_ids, each: true, to: public.projects.id }",
      { kind: "array", nullable: true },
    ],
  ])("becomes a reference: %s", (line, expected) => {
    const found = virtual(catalog(), `references: [${line}]`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ when: null, path: null, pattern: null, ...expected });
    expect(found[0]?.from.table).toBe("public.events");
  });

  test("with a pattern becomes one reference for each placeholder", () => {
    const found = virtual(
      catalog(),
      'references: [{ from: public.events.key, pattern: "env:{public.projects.id}:{public.invoices.id}:*" }]',
    );
    expect(found.map(({ kind, to }) => [kind, to.table])).toEqual([
      ["pattern", "public.projects"],
      ["pattern", "public.invoices"],
    ]);
    expect(new Set(found.map(({ pattern }) => pattern)).size).toBe(1);
  });

  test("for each type of a polymorphic pair is a reference of its own", () => {
    const found = virtual(
      catalog(),
      `references:
         - { from: public.events.subject_id, when: { subject_type: invoice }, to: public.invoices.id }
         - { from: public.events.subject_id, when: { subject_type: project }, to: public.projects.id }`,
    );
    expect(found.map(({ to, when }) => [to.table, when?.subject_type])).toEqual([
      ["public.invoices", "invoice"],
      ["public.projects", "project"],
    ]);
  });

  test("that begins at a shared table changes nothing there, and says what that means", () => {
    const { model } = derive(
      catalogOf(organizations(), table("words").column("id", "uuid").column("by", "uuid").primary("id")),
      "tables: { public.words: global }\nreferences: [{ from: public.words.by, to: public.organizations.id }]",
    );
    expect(model.references).toEqual([]);
    expect(model.findings).toMatchObject([{ code: "shared-rows-hold-ids", severity: "notes" }]);
    expect(model.sharedReferences.map(({ from }) => from.columns)).toEqual([["by"]]);
  });

  test("that repeats a foreign key is not counted twice", () => {
    const { model } = derive(
      catalogOf(organizations(), owned("projects")),
      "references: [{ from: public.projects.organization_id, to: public.organizations.id }]",
    );
    expect(model.references).toHaveLength(1);
  });
});

describe("a declared foreign key", () => {
  test("is a reference from owned tables, composite ones whole, and not from shared ones", () => {
    const { model } = derive(
      catalogOf(
        organizations(),
        owned("projects").key({ kind: "unique", columns: ["organization_id", "id"] }),
        table("tasks")
          .column("organization_id", "uuid")
          .column("project_id", "uuid?")
          .column("n", "int4")
          .foreignKey(["organization_id", "project_id"], "projects", ["organization_id", "id"])
          .primary("organization_id", "n"),
        table("prices").to("country", "text", "countries.code"),
        table("countries").column("code", "text").primary("code"),
      ),
      "tables: { public.prices: global, public.countries: global }",
    );
    expect(
      model.references.filter(({ kind }) => kind === "foreign key").map(({ from }) => from.table),
    ).toEqual(["public.projects", "public.tasks"]);
    expect(model.references.find(({ from }) => from.table === "public.tasks")).toMatchObject({
      from: { columns: ["organization_id", "project_id"] },
      to: { table: "public.projects", columns: ["organization_id", "id"] },
      nullable: true,
    });
  });

  test.each([
    ["uuid", "blocks"],
    ["uuid?", "warns"],
  ])("to an excluded table (%s) %s", (type, severity) => {
    const { model } = derive(
      catalogOf(organizations(), owned("sessions"), owned("logins").to("session_id", type, "sessions.id")),
      "tables: { public.sessions: excluded }",
    );
    expect(model.findings).toMatchObject([
      { code: "reference-to-excluded", severity, where: "public.logins.session_id" },
    ]);
  });
});

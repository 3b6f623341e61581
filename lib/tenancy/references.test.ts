import { describe, expect, test } from "vitest";
import type { Catalog } from "../catalog/catalog.ts";
import { deriveModel } from "./derive-model.ts";
import { catalogOf, organizations, platformOf, table } from "./testing/catalog-builder.ts";

const owned = (name: string) =>
  table(name).column("id", "uuid").to("organization_id", "uuid", "organizations.id").primary("id");

const derive = (catalog: Catalog, yaml: string) => deriveModel(catalog, platformOf(yaml));
const virtual = (catalog: Catalog, yaml: string) =>
  derive(catalog, yaml).references.filter(({ foreignKey }) => foreignKey === null);

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
const quiet = "public.events.request_id, to: none";

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

  test.each([
    ["{ from: public.event.request_id, to: public.projects.id }", "unknown-table"],
    ["{ from: public.events.requestid, to: public.projects.id }", "unknown-column"],
    ["{ from: public.events.request_id, to: public.projects.uid }", "unknown-column"],
    ["{ from: public.events.request_id, when: { kind: x }, to: public.projects.id }", "unknown-column"],
    ["{ from: events.request_id, to: none }", "unknown-column"],
    ["{ from: public.events.key, path: $.x, to: public.projects.id }", "reference-does-not-fit"],
    ["{ from: public.events.key, each: true, to: public.projects.id }", "reference-does-not-fit"],
    ["{ from: public.events.viewer_ids, to: public.projects.id }", "reference-does-not-fit"],
    ["{ from: public.events.data, to: public.projects.id }", "reference-does-not-fit"],
    ["{ from: public.events.key, pattern: 'plain/*' }", "reference-does-not-fit"],
    ["{ from: public.events.key, to: public.events.subject_type }", "reference-target-not-unique"],
  ])("that cannot hold blocks: %s", (line, code) => {
    const found = derive(catalog(), `references: [${line}]`).findings.find(
      (finding) => finding.code === code,
    );
    expect(found).toMatchObject({ severity: "blocks" });
    expect(found?.todo).toBeTruthy();
  });

  test("that begins at a shared table has no effect and says so", () => {
    const model = derive(
      catalogOf(organizations(), table("words").column("id", "uuid").column("by", "uuid").primary("id")),
      "tables: { public.words: global }\nreferences: [{ from: public.words.by, to: public.organizations.id }]",
    );
    expect(model.references).toEqual([]);
    expect(model.findings).toMatchObject([{ code: "reference-unused", severity: "notes" }]);
  });

  test("that repeats a foreign key is not counted twice", () => {
    const model = derive(
      catalogOf(organizations(), owned("projects")),
      "references: [{ from: public.projects.organization_id, to: public.organizations.id }]",
    );
    expect(model.references).toHaveLength(1);
  });
});

describe("a declared foreign key", () => {
  test("is a reference from owned tables, composite ones whole, and not from shared ones", () => {
    const model = derive(
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
    const model = derive(
      catalogOf(organizations(), owned("sessions"), owned("logins").to("session_id", type, "sessions.id")),
      "tables: { public.sessions: excluded }",
    );
    expect(model.findings).toMatchObject([
      { code: "reference-to-excluded", severity, where: "public.logins.session_id" },
    ]);
  });
});

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
    const of = (yaml: string) =>
      derive(catalog(), `references:\n - { from: ${quiet} }\n${yaml}`).findings.filter(
        ({ code }) => code === "json-unexamined",
      );
    expect(of("")).toMatchObject([{ where: "public.events", severity: "notes", count: 1 }]);
    expect(of(" - { from: public.events.data, to: none }")).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { catalogOf, organizations, table } from "./testing/catalog-builder.ts";
import { child, derive, owned } from "./testing/derive.ts";

describe("the class of a table", () => {
  test("with a foreign key to the root is direct, whatever its column is called", () => {
    const { of } = derive(
      catalogOf(
        organizations(),
        owned("a"),
        table("b").to("workspace", "uuid", "organizations.id").primary("workspace"),
      ),
    );
    expect(of("b")).toMatchObject({ class: "direct", path: "workspace" });
  });

  test("is via by up to six foreign keys, and no further", () => {
    const chain = Array.from({ length: 7 }, (_, i) => child(`t${i + 1}s`, i === 0 ? "roots" : `t${i}s`));
    const { of } = derive(catalogOf(organizations(), owned("roots"), ...chain));
    expect(of("t6s").entry.path?.hops).toHaveLength(6);
    expect(of("t7s")).toMatchObject({ class: "global", path: null });
  });

  test("that a foreign key to another column of the root leads from is via", () => {
    const { of } = derive(
      catalogOf(
        organizations(),
        table("pages").column("id", "serial").to("org", "text", "organizations.slug").primary("id"),
      ),
    );
    expect(of("pages")).toMatchObject({ class: "via", path: "org→public.organizations id" });
  });

  test("with a sub-key and no foreign key is via, and the sub-key is a reference", () => {
    const catalog = catalogOf(
      organizations(),
      owned("projects"),
      table("runs").column("id", "serial").column("project_id", "uuid").primary("id").index("project_id"),
    );
    const { of, model, findings } = derive(
      catalog,
      "sub_keys: [{ table: public.projects, key: id, columns: [project_id] }]",
    );
    expect(of("runs")).toMatchObject({ class: "via", path: "project_id→public.projects organization_id" });
    expect(model.references.filter(({ kind }) => kind === "column")).toHaveLength(1);
    expect(findings).toEqual([]);
  });

  test("that another one owns by pointing at it is via against the arrow", () => {
    const documents = owned("documents").to("data_id", "uuid", "document_data.id").unique("data_id");
    const data = table("document_data").column("id", "uuid").primary("id");
    const { of, model } = derive(
      catalogOf(organizations(), documents, data),
      "tables: { public.document_data: { owned_through: public.documents.data_id } }",
    );
    expect(of("document_data")).toMatchObject({ class: "via", path: "id→public.documents organization_id" });
    expect(of("document_data").entry.path?.hops[0]).toEqual({
      columns: ["id"],
      table: "public.documents",
      targetColumns: ["data_id"],
      foreignKey: "documents_data_id_fkey",
    });
    expect(model.loadOrder.indexOf("public.document_data")).toBeLessThan(
      model.loadOrder.indexOf("public.documents"),
    );
    expect(of("documents").others).toEqual([]);
  });

  test("that is owned behind a soft column is via, and the column is a reference", () => {
    const documents = owned("documents").column("data_id", "uuid");
    const data = table("document_data").column("id", "uuid").primary("id");
    const { of, model } = derive(
      catalogOf(organizations(), documents, data),
      "tables: { public.document_data: { owned_through: public.documents.data_id } }",
    );
    expect(of("document_data").class).toBe("via");
    expect(model.references).toContainEqual(
      expect.objectContaining({ kind: "column", from: { table: "public.documents", columns: ["data_id"] } }),
    );
  });

  test("of a declared global or common one is global in spite of a foreign key to the root", () => {
    const { of, codes } = derive(
      catalogOf(organizations(), owned("a"), owned("b").column("code", "text").unique("code")),
      "tables: { public.a: global }\ncommon: { public.b: { match: [code] } }",
    );
    expect(of("a")).toMatchObject({ class: "global", path: null });
    expect(of("b").entry).toMatchObject({ class: "global", common: { match: ["code"], create: [] } });
    expect(codes).toContain("global-with-tenant-key public.a");
  });

  test("of an excluded one keeps its path, for deletes", () => {
    const { of, model } = derive(catalogOf(organizations(), owned("a")), "tables: { public.a: excluded }");
    expect(of("a")).toMatchObject({ class: "excluded", path: "organization_id" });
    expect(model.loadOrder).toEqual(["public.organizations"]);
  });

  test("of a migration ledger is global without a line, and partitions stand under their root", () => {
    const { model, findings } = derive(
      catalogOf(
        organizations(),
        table("_sqlx_migrations").column("version", "int8").primary("version"),
        owned("events").with({ kind: "partitioned" }),
        owned("events_1").with({ kind: "partition", partitionOf: "public.events" }),
      ),
    );
    expect([...model.tables.keys()]).toEqual([
      "public.organizations",
      "public._sqlx_migrations",
      "public.events",
    ]);
    expect(findings).toEqual([]);
  });
});

describe("among several paths", () => {
  test("the shortest wins, and the others are to be compared with it", () => {
    const { of } = derive(
      catalogOf(
        organizations(),
        owned("projects"),
        child("tasks", "projects"),
        child("notes", "tasks", "projects"),
      ),
    );
    expect(of("notes")).toMatchObject({
      path: "project_id→public.projects organization_id",
      others: ["task_id→public.tasks project_id→public.projects organization_id"],
      entry: { anyPath: false },
    });
  });

  test("a longer one that never is NULL wins over a short one that may be", () => {
    const { of } = derive(
      catalogOf(
        organizations(),
        owned("projects"),
        child("tasks", "projects"),
        child("notes", "projects?", "tasks"),
      ),
    );
    expect(of("notes")).toMatchObject({
      path: "task_id→public.tasks project_id→public.projects organization_id",
      entry: { anyPath: false },
    });
  });

  test("a foreign key wins over a soft reference", () => {
    const { of } = derive(
      catalogOf(
        organizations(),
        owned("devices"),
        owned("projects"),
        child("tasks", "projects"),
        child("scans", "tasks?").column("device_id", "uuid"),
      ),
      "references: [{ from: public.scans.device_id, to: public.devices.id }]",
    );
    expect(of("scans").path).toBe("task_id→public.tasks project_id→public.projects organization_id");
  });

  test("an exclusive arc takes whichever is there", () => {
    const { of, codes } = derive(
      catalogOf(organizations(), owned("tasks"), owned("mails"), child("files", "tasks?", "mails?")),
    );
    expect(of("files")).toMatchObject({
      path: "mail_id→public.mails organization_id",
      others: ["task_id→public.tasks organization_id"],
      entry: { anyPath: true },
    });
    expect(codes).toEqual(["null-on-path public.files"]);
  });

  test("the one that a person declared decides, and no other is compared", () => {
    const catalog = catalogOf(
      organizations(),
      owned("projects"),
      owned("runs").to("project_id", "uuid?", "projects.id"),
    );
    expect(derive(catalog).of("runs")).toMatchObject({
      path: "organization_id",
      others: ["project_id→public.projects organization_id"],
    });
    const declared = derive(catalog, "tables: { public.runs: { path: [project_id, organization_id] } }");
    expect(declared.of("runs")).toMatchObject({
      class: "via",
      path: "project_id→public.projects organization_id",
      others: [],
    });
  });

  test("a composite foreign key that carries the key along needs no comparison, and makes a table direct", () => {
    const projects = owned("projects").key({ kind: "unique", columns: ["organization_id", "id"] });
    const tasks = table("tasks")
      .column("org", "uuid")
      .column("project_id", "uuid")
      .column("n", "int4")
      .foreignKey(["org", "project_id"], "projects", ["organization_id", "id"])
      .primary("project_id", "n");
    const steps = table("steps")
      .column("project_id", "uuid")
      .column("n", "int4")
      .column("i", "int4")
      .foreignKey(["project_id", "n"], "tasks", ["project_id", "n"])
      .primary("project_id", "n", "i");
    const { of } = derive(catalogOf(organizations(), projects, tasks, steps));
    expect(of("tasks")).toMatchObject({ class: "direct", path: "org", others: [] });
    expect(of("steps")).toMatchObject({ class: "via", path: "project_id+n→public.tasks org", others: [] });
  });

  test("a row's reference to its own kind is one more way to compare", () => {
    const { of } = derive(
      catalogOf(
        organizations(),
        owned("projects"),
        child("tasks", "projects").to("parent_id", "uuid?", "tasks.id"),
      ),
    );
    expect(of("tasks").others).toEqual(["parent_id→public.tasks project_id→public.projects organization_id"]);
  });
});

test("a table that hangs on an excluded one still finds its owner, and the reference blocks", () => {
  const { of, codes } = derive(
    catalogOf(organizations(), owned("sessions"), child("clicks", "sessions")),
    "tables: { public.sessions: excluded }",
  );
  expect(of("clicks").class).toBe("via");
  expect(codes).toContain("reference-to-excluded public.clicks.session_id");
});

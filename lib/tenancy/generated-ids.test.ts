import { describe, expect, test } from "vitest";
import type { Catalog } from "../catalog/catalog.ts";
import { deriveModel } from "./derive-model.ts";
import { catalogOf, fileOf, organizations, platformOf, table } from "./testing/catalog-builder.ts";

const owned = (name: string) => table(name).to("organization_id", "uuid", "organizations.id");

function fresh(catalog: Catalog, yaml = "") {
  const model = deriveModel(catalog, platformOf(yaml));
  const ids = [...model.tables.values()].flatMap((entry) =>
    entry.columns.flatMap((column) =>
      column.fresh === null ? [] : [[`${entry.name}.${column.name}`, column.fresh] as const],
    ),
  );
  return {
    ids: Object.fromEntries(ids),
    codes: model.findings.map(({ code, where }) => `${code} ${where}`),
    model,
  };
}

test("the key of a tenant that is only a value is never one, whatever key it stands in", () => {
  const settings = table("settings").column("tenant", "uuid").primary("tenant");
  const model = deriveModel(catalogOf(settings), fileOf("platform: p\ntenant: { key_columns: [tenant] }"));
  expect(model.tables.get("public.settings")?.columns[0]?.fresh).toBeNull();
  expect(model.findings.map(({ code }) => code)).not.toContain("key-not-generated");
});

describe("a generated identifier", () => {
  test("is a whole single-column key that is a uuid, fed by a sequence, or declared", () => {
    const { ids, codes } = fresh(
      catalogOf(
        organizations(),
        owned("a").column("id", "uuid").primary("id"),
        owned("b").column("id", "serial").primary("id"),
        owned("c").column("id", "identity").primary("id"),
        owned("d").column("id", "text").primary("id"),
        owned("e").column("id", "text").primary("id"),
        owned("f").column("id", "int8").primary("id").column("public_id", "uuid").unique("public_id"),
      ),
      `
      columns:
        public.d.id: { generated: "inv_{base62:16}" }
        public.e.id: { generated: uuid }
      `,
    );
    expect(ids).toEqual({
      "organizations.id": { kind: "uuid" },
      "a.id": { kind: "uuid" },
      "b.id": { kind: "integer", sequence: "public.b_id_seq" },
      "c.id": { kind: "integer", sequence: "public.c_id_seq" },
      "d.id": { kind: "text", generator: "inv_{base62:16}" },
      "e.id": { kind: "uuid" },
      "f.public_id": { kind: "uuid" },
    });
    expect(codes).toEqual(["key-not-generated public.f.id"]);
  });

  test("is no part of a composite key, no reference, no partial or expression key, no secret", () => {
    const { ids } = fresh(
      catalogOf(
        organizations(),
        owned("a").column("id", "uuid").primary("organization_id", "id"),
        table("settings").to("organization_id", "uuid", "organizations.id").primary("organization_id"),
        owned("b")
          .column("n", "int4")
          .column("u", "uuid")
          .primary("organization_id", "n")
          .key({ columns: ["u"], plain: false, predicate: "n > 1" }),
        owned("c")
          .column("n", "int4")
          .column("token", "uuid")
          .primary("organization_id", "n")
          .unique("token"),
        owned("d")
          .column("n", "int4")
          .column("soft_id", "uuid")
          .primary("organization_id", "n")
          .unique("soft_id"),
      ),
      `
      columns: { public.c.token: { class: secret, on_import: regenerate } }
      references: [{ from: public.d.soft_id, to: public.organizations.id }]
      `,
    );
    expect(Object.keys(ids)).toEqual(["organizations.id"]);
  });

  test("of a shared or excluded table is never made anew", () => {
    const { ids } = fresh(
      catalogOf(
        organizations(),
        table("plans").column("id", "uuid").column("code", "text").primary("id").unique("code"),
        owned("sessions").column("id", "uuid").primary("id"),
      ),
      "tables: { public.sessions: excluded }\ncommon: { public.plans: { match: [code] } }",
    );
    expect(Object.keys(ids)).toEqual(["organizations.id"]);
  });

  test("of text that nobody declared warns, and the line to add is said", () => {
    const { ids, codes, model } = fresh(
      catalogOf(organizations(), owned("a").column("id", "text").primary("id")),
    );
    expect(ids["a.id"]).toBeUndefined();
    expect(codes).toEqual(["text-key-undeclared public.a.id"]);
    expect(model.findings[0]).toMatchObject({ severity: "warns" });
    expect(model.findings[0]?.todo).toContain("`public.a.id: { generated: … }`");
  });

  test("that is declared where there is none blocks", () => {
    const { codes } = fresh(
      catalogOf(organizations(), owned("a").column("id", "uuid").primary("id").column("code", "text")),
      "columns: { public.a.code: { generated: cuid } }",
    );
    expect(codes).toEqual(["generated-not-a-key public.a.code"]);
  });
});

test("a tenant key that people chose stays as it is, without a finding", () => {
  const workspaces = table("workspaces").column("name", "text").primary("name");
  const file = fileOf("platform: p\ntenant: { table: public.workspaces, key: name, slug: name }");
  const model = deriveModel(catalogOf(workspaces), file);
  expect(model.tables.get("public.workspaces")?.columns[0]?.fresh).toBeNull();
  expect(model.findings).toEqual([]);
});

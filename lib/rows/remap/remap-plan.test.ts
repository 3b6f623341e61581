import { describe, expect, it } from "vitest";
import type { Manifest } from "../../bundle/manifest.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import {
  catalogOf,
  fileOf,
  organizations,
  platformOf,
  table,
} from "../../tenancy/testing/catalog-builder.ts";
import { manifestFor } from "../testing/manifest-for.ts";
import { planRemap, type ValueRemap } from "./remap-plan.ts";

/** What happens to each column that changes: `things.id: public.things.id`. */
function changes(catalog: Catalog, ids: "fresh" | "kept" = "fresh", yaml = "", file = platformOf(yaml)) {
  const model = deriveModel(catalog, file);
  const manifest: Manifest = manifestFor(catalog, model);
  const found: Record<string, string> = {};
  for (const [id, { columns, remaps }] of planRemap(model, manifest, ids).tables)
    for (const [at, values] of remaps.entries())
      if (values.length > 0)
        found[`${id.replace("public.", "")}.${columns[at]}`] = values.map(say).join(" | ");
  return found;
}

function say(remap: ValueRemap): string {
  const when = remap.when === null ? "" : ` when ${JSON.stringify(remap.when)}`;
  if (remap.kind === "pattern")
    return `${remap.pattern} of ${Object.values(remap.sources).join(" and ")}${when}`;
  if (remap.kind === "json path") return `${remap.path} ${remap.source}${when}`;
  const kind = remap.kind === "array" ? "each " : remap.soft ? "soft " : "";
  return `${kind}${remap.source}${when}`;
}

const things = () =>
  table("things").column("id", "uuid").to("organization_id", "uuid", "organizations.id").primary("id");

describe("with fresh ids", () => {
  it("a key and every reference to it, however long the chain, change by the map of where it is made", () => {
    const catalog = catalogOf(
      organizations(),
      things(),
      // One row for each thing, under the thing's own key; and one that points at that.
      table("details").to("thing_id", "uuid", "things.id").column("word", "text").primary("thing_id"),
      table("notes").column("id", "serial").to("detail_id", "uuid", "details.thing_id").primary("id"),
    );
    expect(changes(catalog)).toEqual({
      "organizations.id": "public.organizations.id",
      "things.id": "public.things.id",
      "things.organization_id": "public.organizations.id",
      "details.thing_id": "public.things.id",
      "notes.id": "public.notes.id",
      "notes.detail_id": "public.things.id",
    });
  });

  it("of a composite key only the parts that are ids change, whichever unique key is pointed at", () => {
    const catalog = catalogOf(
      organizations(),
      things().column("number", "int4").unique("organization_id", "number"),
      table("parts")
        .column("id", "identity")
        .column("organization_id", "uuid")
        .column("thing_number", "int4")
        .primary("id")
        .foreignKey(["organization_id", "thing_number"], "things", ["organization_id", "number"]),
    );
    expect(changes(catalog)).toMatchObject({
      "parts.organization_id": "public.organizations.id",
      "parts.id": "public.parts.id",
    });
    expect(changes(catalog)).not.toHaveProperty("parts.thing_number");
  });

  it("a unique key of its own is an id as well, though another one is the primary", () => {
    const catalog = catalogOf(
      organizations(),
      things().column("public_id", "uuid").unique("public_id"),
      table("links").column("id", "uuid").to("thing", "uuid", "things.public_id").primary("id"),
    );
    expect(changes(catalog)).toMatchObject({
      "things.public_id": "public.things.public_id",
      "links.thing": "public.things.public_id",
    });
  });

  it("pairs, arrays, documents and texts change by what each line says, conditions first", () => {
    const catalog = catalogOf(
      organizations(),
      things(),
      table("events")
        .column("id", "uuid")
        .to("organization_id", "uuid", "organizations.id")
        .column("kind", "text")
        .column("subject", "text?")
        .column("list", "uuid[]")
        .column("data", "jsonb")
        .column("path", "text")
        .primary("id"),
    );
    expect(
      changes(
        catalog,
        "fresh",
        `
      references:
        - { from: public.events.subject, to: public.organizations.id }
        - { from: public.events.subject, when: { kind: thing }, to: public.things.id }
        - { from: public.events.list, each: true, to: public.things.id }
        - { from: public.events.data, path: $.a, to: public.things.id }
        - { from: public.events.data, path: "$.b[*]", when: { kind: org }, to: public.organizations.id }
        - { from: public.events.path, pattern: "{public.organizations.id}/{public.things.id}" }`,
      ),
    ).toMatchObject({
      "events.subject": 'soft public.things.id when {"kind":"thing"} | soft public.organizations.id',
      "events.list": "each public.things.id",
      "events.data": '$.b[*] public.organizations.id when {"kind":"org"} | $.a public.things.id',
      "events.path":
        "{public.organizations.id}/{public.things.id} of public.organizations.id and public.things.id",
    });
  });

  it("a tenant that is only a value changes in every table that carries it", () => {
    const catalog = catalogOf(
      table("things").column("id", "uuid").column("tenant", "text").primary("id").index("tenant"),
      table("parts")
        .column("id", "int4")
        .column("tenant", "text")
        .to("thing_id", "uuid", "things.id")
        .primary("tenant", "id"),
    );
    const file = fileOf("platform: test\ntenant: { key_columns: [tenant] }");
    expect(changes(catalog, "fresh", "", file)).toEqual({
      "things.id": "public.things.id",
      "things.tenant": "tenant key",
      "parts.tenant": "tenant key",
      "parts.thing_id": "public.things.id",
    });
    expect(changes(catalog, "kept", "", file)).toEqual({});
  });

  it("what points at an excluded table points at nothing afterwards", () => {
    const catalog = catalogOf(
      organizations(),
      things().to("session_id", "uuid?", "sessions.id"),
      table("sessions").column("id", "uuid").to("organization_id", "uuid", "organizations.id").primary("id"),
    );
    const yaml = "tables: { public.sessions: excluded }";
    expect(changes(catalog, "fresh", yaml)).toMatchObject({ "things.session_id": "soft excluded rows" });
    expect(changes(catalog, "kept", yaml)).toEqual({ "things.session_id": "soft excluded rows" });
  });
});

describe("ids of common rows", () => {
  const catalog = catalogOf(
    organizations(),
    table("users").column("id", "serial").column("email", "text").primary("id").unique("email"),
    things()
      .to("user_id", "int8", "users.id")
      .to("user_email", "text", "users.email")
      .column("watchers", "int8[]"),
  );
  const yaml = `
    common: { public.users: { match: [email] } }
    references: [{ from: public.things.watchers, each: true, to: public.users.id }]`;

  it("follow with kept ids as with fresh ones; their natural key stays", () => {
    for (const ids of ["kept", "fresh"] as const) {
      const found = changes(catalog, ids, yaml);
      expect(found).toMatchObject({
        "things.user_id": "public.users.id",
        "things.watchers": "each public.users.id",
      });
      expect(found).not.toHaveProperty("things.user_email");
    }
  });
});

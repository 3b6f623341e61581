import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Catalog } from "../../catalog/catalog.ts";
import { Refusal } from "../../findings/finding.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { catalogOf, organizations, platformOf, table } from "../../tenancy/testing/catalog-builder.ts";
import { createTranscoder } from "../codec/transcode.ts";
import { manifestFor } from "../testing/manifest-for.ts";
import { columnTransforms } from "./column-transforms.ts";
import { packIds, type Remap } from "./remap.ts";
import { planRemap } from "./remap-plan.ts";

const U = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const ORG = U(1);

function remapOf(more: Partial<Remap> = {}): Remap {
  const ids = { ids: "fresh" as const, importKey: "ab".repeat(32), tenant: { oldKey: ORG, newKey: U(2) } };
  return { ...ids, substitutions: [], integers: {}, common: {}, ...more };
}

/** Sends rows of one table through its transforms; the rows come back as objects of texts. */
function prepare(catalog: Catalog, yaml: string, remap: Remap) {
  const model = deriveModel(catalog, platformOf(yaml));
  const manifest = manifestFor(catalog, model);
  const { transforms, dangling } = columnTransforms(planRemap(model, manifest, remap.ids), remap, manifest);
  return {
    dangling: () => dangling().map(({ where, count }) => `${where} ${count}`),
    send(name: string, row: Record<string, string | number | null>): Record<string, unknown> {
      const bundled = manifest.tables.find((candidate) => candidate.name === name)!;
      const line = Object.fromEntries(
        bundled.columns.map((column) => [column.name, row[column.name] ?? null]),
      );
      const transcoder = createTranscoder({
        label: name,
        columns: bundled.columns,
        transforms: transforms.get(`public.${name}`),
        output: "json",
      });
      const written = transcoder.write(Buffer.from(`${JSON.stringify(line)}\n`)).map(String);
      return JSON.parse([...written, transcoder.end().toString()].join("")) as Record<string, unknown>;
    },
  };
}

const events = () =>
  table("events").column("id", "uuid").to("organization_id", "uuid", "organizations.id").primary("id");
const row = { id: U(10), organization_id: ORG };

describe("one id", () => {
  it("becomes the same fresh one wherever it stands: whole, in an array, a document, a text", () => {
    const catalog = catalogOf(
      organizations(),
      events()
        .column("soft", "uuid?")
        .column("list", "uuid[]")
        .column("data", "jsonb")
        .column("path", "text"),
    );
    const { send, dangling } = prepare(
      catalog,
      `
      references:
        - { from: public.events.soft, to: public.organizations.id }
        - { from: public.events.list, each: true, to: public.organizations.id }
        - { from: public.events.data, path: "$.orgs[*]", to: public.organizations.id }
        - { from: public.events.data, path: $.self, to: public.events.id }
        - { from: public.events.path, pattern: "o/{public.organizations.id}/*" }`,
      remapOf(),
    );
    const fresh = send("organizations", { id: ORG, slug: "s" }).id as string;
    expect(fresh).not.toBe(ORG);
    const data = JSON.stringify({ orgs: [ORG, null, 7, ORG], self: U(10), other: ORG });
    const sent = send("events", {
      ...row,
      soft: ORG,
      list: `{${ORG},NULL}`,
      data,
      path: `o/${ORG}/x/${ORG}`,
    });
    expect(sent).toMatchObject({
      organization_id: fresh,
      soft: fresh,
      list: `{${fresh},NULL}`,
      path: `o/${fresh}/x/${ORG}`,
    });
    expect(JSON.parse(sent.data as string)).toEqual({
      orgs: [fresh, null, null, fresh],
      self: sent.id,
      other: ORG,
    });
    expect(dangling()).toEqual(["public.events.data 1"]);
  });
});

describe("a type and an id", () => {
  const catalog = catalogOf(
    organizations(),
    events()
      .column("kind", "text?")
      .column("flag", "bool?")
      .column("subject", "text?")
      .column("data", "jsonb?")
      .column("key", "text?"),
  );
  const yaml = `
    references:
      - { from: public.events.subject, when: { kind: org }, to: public.organizations.id }
      - { from: public.events.subject, when: { kind: event, flag: true }, to: public.events.id }
      - { from: public.events.data, path: $.id, when: { kind: org }, to: public.organizations.id }
      - { from: public.events.data, path: $.id, when: { kind: event }, to: public.events.id }
      - { from: public.events.data, path: $.always, to: public.organizations.id }
      - { from: public.events.key, pattern: "x/{public.organizations.id}", when: { kind: org } }`;

  it("changes by the type's table, and stays where the type is another one or none", () => {
    const { send } = prepare(catalog, yaml, remapOf());
    const org = send("organizations", { id: ORG, slug: "s" }).id as string;
    const event = send("events", row).id as string;
    const subject = (more: object) => send("events", { ...row, subject: U(10), ...more }).subject;
    expect(subject({ kind: "event", flag: true as never })).toBe(event);
    expect(subject({ kind: "event", flag: false as never })).toBe(U(10));
    expect(subject({ kind: "org", subject: ORG })).toBe(org);
    expect(subject({ kind: null })).toBe(U(10));
    expect(subject({ kind: "Org" })).toBe(U(10));
  });

  it("holds inside documents and texts as well", () => {
    const { send } = prepare(catalog, yaml, remapOf());
    const org = send("organizations", { id: ORG, slug: "s" }).id as string;
    const event = send("events", row).id as string;
    const sent = (kind: string | null, id: string) => {
      const { data, key } = send("events", {
        ...row,
        kind,
        data: JSON.stringify({ id, always: ORG }),
        key: `x/${ORG}`,
      });
      return [JSON.parse(data as string), key];
    };
    expect(sent("org", ORG)).toEqual([{ id: org, always: org }, `x/${org}`]);
    expect(sent("event", U(10))).toEqual([{ id: event, always: org }, `x/${ORG}`]);
    expect(sent(null, U(10))).toEqual([{ id: U(10), always: org }, `x/${ORG}`]);
  });
});

describe("an id that names no row of the bundle", () => {
  const catalog = catalogOf(
    organizations(),
    table("items").column("id", "serial").to("organization_id", "uuid", "organizations.id").primary("id"),
    events()
      .column("item", "int8?")
      .column("must", "int8")
      .column("list", "int8[]")
      .column("data", "jsonb")
      .to("item_id", "int8?", "items.id"),
  );
  const yaml = `
    references:
      - { from: public.events.item, to: public.items.id }
      - { from: public.events.must, to: public.items.id }
      - { from: public.events.list, each: true, to: public.items.id }
      - { from: public.events.data, path: "$[*]", to: public.items.id }`;
  const integers = {
    "public.items.id": {
      old: packIds(Float64Array.of(5, 6)),
      runs: [{ rank: 0, first: 100, step: 2 }],
      nobody: 104,
    },
  };
  const full = { ...row, item: "5", must: "6", list: "{5,6}", data: "[5,6]", item_id: "5" };

  it("becomes NULL and is counted, or nobody's id where NULL may not stand", () => {
    const { send, dangling } = prepare(catalog, yaml, remapOf({ integers }));
    expect(send("events", full)).toMatchObject({
      item: "100",
      must: "102",
      list: "{100,102}",
      data: "[100,102]",
      item_id: "100",
    });
    expect(dangling()).toEqual([]);
    expect(send("events", { ...full, item: "7", must: "7", list: "{5,7}", data: "[7,5]" })).toMatchObject({
      item: null,
      must: "104",
      list: "{100,NULL}",
      data: "[null,100]",
    });
    expect(dangling()).toEqual(["public.events.item 1", "public.events.list 1", "public.events.data 1"]);
    // What is not NULL is counted by the proofs before COMMIT, where it stands.
    expect(send("events", { ...full, item_id: "9" })).toMatchObject({ item_id: "104" });
    expect(dangling()).toHaveLength(3);
  });

  it("that no id can be made for stops the import, and says where and not what", () => {
    const chosen = catalogOf(
      table("organizations").column("id", "text").column("slug", "text").primary("id"),
      table("events")
        .column("id", "uuid")
        .to("organization_id", "text", "organizations.id")
        .column("other", "text")
        .primary("id"),
    );
    const { send } = prepare(
      chosen,
      "references: [{ from: public.events.other, to: public.organizations.id }]",
      remapOf({ tenant: { oldKey: "old", newKey: "new" } }),
    );
    expect(send("events", { id: U(1), organization_id: "old", other: "old" })).toMatchObject({
      organization_id: "new",
      other: "new",
    });
    const refuse = () => send("events", { id: U(1), organization_id: "old", other: "confidential" });
    expect(refuse).toThrow(Refusal);
    expect(refuse).toThrow(/public\.events\.other/);
    expect(refuse).not.toThrow(/confidential/);
  });

  it("in a value that has not the form of its type stops the import", () => {
    const { send } = prepare(catalog, yaml, remapOf({ integers }));
    expect(() => send("events", { ...full, list: "{1,2" })).toThrow(/public\.events\.list/);
    expect(() => send("events", { ...full, data: "[1," })).toThrow(/public\.events\.data/);
  });
});

describe("values that somebody asked to change", () => {
  it("change as a whole or one by one, after ids, and NULL stays", () => {
    const catalog = catalogOf(organizations(), events().column("host", "text?"));
    const { send } = prepare(
      catalog,
      "",
      remapOf({
        substitutions: [
          { table: "public.organizations", column: "slug", values: { "*": "new" } },
          { table: "public.events", column: "host", values: { "a.example": "b.example", __proto__: "x" } },
        ],
      }),
    );
    expect(send("organizations", { id: ORG, slug: "anything" })).toMatchObject({ slug: "new" });
    for (const [host, after] of [
      ["a.example", "b.example"],
      ["A.example", "A.example"],
      ["constructor", "constructor"],
      [null, null],
    ])
      expect(send("events", { ...row, host: host! })).toMatchObject({ host: after });
  });
});

describe("common rows' ids", () => {
  it("are looked up, in a table of one's own rows too, where the others are fresh or kept", () => {
    const catalog = catalogOf(
      organizations(),
      table("roles")
        .column("id", "uuid")
        .to("organization_id", "uuid?", "organizations.id")
        .column("name", "text")
        .primary("id"),
      events().to("role_id", "uuid", "roles.id"),
    );
    const yaml = `
      tables: { public.roles: { null_key: shared } }
      common: { public.roles: { match: [name] } }`;
    const common = { "public.roles.id": { [U(50)]: U(99) } };
    const kept = prepare(catalog, yaml, remapOf({ ids: "kept", common }));
    expect(kept.send("events", { ...row, role_id: U(50) })).toMatchObject({ id: U(10), role_id: U(99) });
    expect(kept.send("events", { ...row, role_id: U(51) })).toMatchObject({ role_id: U(51) });
    const fresh = prepare(catalog, yaml, remapOf({ common }));
    expect(fresh.send("events", { ...row, role_id: U(50) })).toMatchObject({ role_id: U(99) });
    const own = fresh.send("roles", { id: U(51), organization_id: ORG, name: "n" }).id;
    expect(own).not.toBe(U(51));
    expect(fresh.send("events", { ...row, role_id: U(51) })).toMatchObject({ role_id: own });
  });
});

describe("fresh uuids", () => {
  it("are told apart by import and by kind, never by chance the same", () => {
    const catalog = catalogOf(organizations(), events());
    const one = prepare(catalog, "", remapOf());
    const other = prepare(catalog, "", remapOf({ importKey: "cd".repeat(32) }));
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const made = [
          one.send("events", { id, organization_id: id }),
          other.send("events", { id, organization_id: id }),
        ];
        const ids = made.flatMap((sent) => [sent.id, sent.organization_id]);
        expect(new Set([id, ...ids]).size).toBe(5);
        expect(one.send("events", { id, organization_id: id })).toEqual(made[0]);
      }),
      { numRuns: 50 },
    );
  });
});

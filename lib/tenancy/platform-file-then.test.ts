import { expect, it } from "vitest";
import type { Catalog, Column, Table } from "../catalog/catalog.ts";
import { readPlatformFile } from "./platform-file.ts";
import { type BundledModel, platformFileThen } from "./platform-file-then.ts";

const TODAY = readPlatformFile(
  `
platform: shop
tenant: { table: public.stores, key: id, slug: handle, name: title, state: { column: state, active: open, suspended: closed } }
sub_keys:
  - { table: public.aisles, key: id, columns: [aisle_id] }
  - { table: public.later, key: id, columns: [later_id] }
tables:
  public.goods: { null_key: shared }
  public.boxes: { owned_through: public.goods.box_id }
  public.labels: { owned_through: public.later.label_id }
  public.later: global
common: { public.later: { match: [id] } }
columns: { public.goods.name: plain, public.later.id: personal }
references:
  - { from: public.goods.aisle_id, to: public.aisles.id }
  - { from: public.goods.later_id, to: public.later.id }
  - { from: public.goods.note, to: none }
internal: [public.goods]
ledger: sqlx
triggers: "on"
`,
  "platform.yaml",
).file!;

function catalogOf(tables: Readonly<Record<string, readonly string[]>>): Catalog {
  const entries = Object.entries(tables).map(([name, columns]): [string, Table] => {
    const all = columns.map((column) => ({ name: column }) as Column);
    const table = { schema: "public", name, id: `public.${name}`, kind: "table", columns: all };
    return [`public.${name}`, table as unknown as Table];
  });
  return { tables: new Map(entries) } as unknown as Catalog;
}

const THEN = catalogOf({
  shops: ["id", "slug"],
  goods: ["id", "shop_id", "name", "token", "box_id", "aisle_id", "gone_id", "note"],
  boxes: ["id", "shop_id"],
  labels: ["id"],
  aisles: ["id", "shop_id"],
  rates: ["id", "code", "rate"],
  cache: ["id"],
  _sqlx_migrations: ["version"],
});

const table = (name: string, columns: readonly string[]) => ({
  schema: "public",
  name,
  columns: columns.map((column) => ({ name: column, class: "plain" as const, droppedPaths: [] })),
  dropped: [],
  references: [],
});

const BUNDLED: BundledModel = {
  schema: { ledger: "knex" },
  model: {
    root: "public.shops",
    keyColumn: "id",
    slugColumn: "slug",
    domains: null,
    excluded: ["public.cache"],
  },
  tables: [
    table("shops", ["id", "slug"]),
    {
      ...table("goods", ["id", "shop_id", "aisle_id", "gone_id"]),
      columns: [{ name: "name", class: "personal", droppedPaths: ["$.a"] }],
      dropped: [
        { name: "token", reason: "secret", onImport: "blank" },
        { name: "total", reason: "computed" },
      ],
      references: [
        { kind: "column", columns: ["aisle_id"], table: "public.aisles", targetColumns: ["id"] },
        { kind: "column", columns: ["gone_id"], table: "public.aisles", targetColumns: ["id"] },
        { kind: "foreign key", columns: ["box_id"], table: "public.boxes", targetColumns: ["id"] },
      ],
    },
    table("boxes", ["id", "shop_id"]),
    table("labels", ["id"]),
    table("aisles", ["id", "shop_id"]),
  ],
  reference: [{ ...table("rates", ["id", "code"]), match: ["code"], create: ["code", "rate"] }],
};

const then = platformFileThen(TODAY, THEN, BUNDLED);

it("finds the tenant as the bundle says, and writes it no state", () => {
  expect(then.tenant).toEqual({ table: "public.shops", key: "id", slug: "slug" });
  expect([then.ledger, then.triggers, then.internal, then.create]).toEqual(["knex", "off", [], undefined]);
});

it("says of every table of then what the bundle made of it", () => {
  expect(then.tables["public.cache"]).toMatchObject({ class: "excluded" });
  expect(then.tables["public.goods"]).toMatchObject({ class: null, nullKey: "shared" });
  expect(then.tables["public.boxes"]).toMatchObject({ ownedThrough: "public.goods.box_id" });
  // Through a column that was not there; by its own foreign keys, then.
  expect(Object.keys(then.tables)).not.toContain("public.labels");
  expect(Object.keys(then.tables)).not.toContain("public._sqlx_migrations");
  expect(then.common).toEqual({ "public.rates": { match: ["code"], create: ["code"] } });
});

it("answers for each column of the bundle as it was carried, or left out", () => {
  expect(then.columns["public.goods.name"]).toMatchObject({ class: "personal", secretPaths: ["$.a"] });
  expect(then.columns["public.goods.token"]).toMatchObject({ class: "secret", onImport: "blank" });
  expect(Object.keys(then.columns)).not.toContain("public.goods.total");
  expect(Object.keys(then.columns)).not.toContain("public.later.id");
});

it("keeps today's lines on references that were known then, and brings back those of columns that are gone", () => {
  expect(then.references).toEqual([
    expect.objectContaining({ from: "public.goods.aisle_id", to: "public.aisles.id" }),
    expect.objectContaining({ from: "public.goods.note", to: "none" }),
    { from: "public.goods.gone_id", to: "public.aisles.id", each: false },
  ]);
  expect(then.sub_keys.map(({ table: of }) => of)).toEqual(["public.aisles"]);
});

it("takes a tenant without a table by the columns that carry its key", () => {
  const value = { ...TODAY, tenant: { key_columns: ["store_id", "shop_id"] } };
  const bundled = {
    ...BUNDLED,
    model: { ...BUNDLED.model, root: null, keyColumn: "shop_id", slugColumn: null },
  };
  expect(platformFileThen(value, THEN, bundled).tenant).toEqual({ key_columns: ["shop_id", "store_id"] });
});

import { expect, it } from "vitest";
import type { Catalog, Column, Table } from "../catalog/catalog.ts";
import { readPlatformFile } from "./platform-file.ts";
import { platformFileAt } from "./platform-file-at.ts";

const file = (text: string) => readPlatformFile(text, "platform.yaml").file!;

/** Only what names are looked up by: the OID, the name, the columns' places. */
function catalogOf(
  tables: Readonly<Record<string, readonly [oid: number, columns: readonly string[]]>>,
): Catalog {
  const entries = Object.entries(tables).map(([name, [oid, columns]]): [string, Table] => {
    const all = columns.map((column, at) => ({ name: column, position: at + 1 }) as Column);
    return [
      `public.${name}`,
      { oid, schema: "public", name, id: `public.${name}`, columns: all } as unknown as Table,
    ];
  });
  return { tables: new Map(entries) } as unknown as Catalog;
}

const THEN = catalogOf({
  shops: [1, ["id", "slug"]],
  goods: [2, ["id", "shop_id", "name", "code"]],
  old: [3, ["id"]],
});
const THEN_FILE = file(`
platform: shop
tenant: { table: public.shops, key: id, slug: slug }
tables: { public.old: global }
common: { public.goods: { match: [code], create: [name] } }
columns: { public.goods.name: personal, public.old.id: plain }
`);

it("goes on with what was said under the names that things have now", () => {
  const now = catalogOf({ stores: [1, ["key", "handle"]], wares: [2, ["id", "shop_id", "title", "code"]] });
  const at = platformFileAt(now, THEN_FILE, { file: THEN_FILE, catalog: THEN });
  expect(at.tenant).toMatchObject({ table: "public.stores", key: "key", slug: "handle" });
  expect(at.tables).toEqual({});
  expect(at.common).toEqual({ "public.wares": { match: ["code"], create: ["title"] } });
  expect(Object.keys(at.columns)).toEqual(["public.wares.title"]);
});

it("takes of today's file what is new and there, and of two classes the one that shows less", () => {
  const now = catalogOf({
    shops: [1, ["id", "slug"]],
    goods: [2, ["id", "shop_id", "name", "code"]],
    rates: [9, ["code"]],
  });
  const today = file(`
platform: shop
tenant: { table: public.shops, key: id, slug: slug }
tables: { public.rates: global, public.later: global, public.goods: global }
columns:
  public.goods.name: plain
  public.goods.code: { class: secret, on_import: blank }
  public.later.id: personal
`);
  const at = platformFileAt(now, today, { file: THEN_FILE, catalog: THEN });
  // What was there when the bundle was written it knows better than a file of today.
  expect(Object.keys(at.tables)).toEqual(["public.rates"]);
  expect(at.columns).toMatchObject({
    "public.goods.name": { class: "personal" },
    "public.goods.code": { class: "secret" },
  });
  expect(Object.keys(at.columns)).not.toContain("public.later.id");
});

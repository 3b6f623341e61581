import { expect, it } from "vitest";
import type { Manifest } from "../../bundle/manifest.ts";
import { SAMPLE_MANIFEST } from "../../bundle/testing/sample-bundle.ts";
import { packagedTables } from "./contents.ts";
import { createCsvWriter } from "./csv.ts";
import { indexPage } from "./index-page.ts";

const column = (name: string, more: object = {}) => ({
  name,
  type: "text",
  encoding: "text" as const,
  class: "plain" as const,
  droppedPaths: [],
  ...more,
});

function manifestOf(...names: readonly (readonly [schema: string, name: string])[]): Manifest {
  const [first] = SAMPLE_MANIFEST.tables;
  return {
    ...SAMPLE_MANIFEST,
    reference: [],
    tables: names.map(([schema, name], at) => ({
      ...first!,
      ordinal: at + 1,
      schema,
      name,
      columns: [column("id")],
      references: [],
    })),
  };
}

it("gives each table a file name that every file system takes and tells apart", () => {
  const odd = manifestOf(
    ["a", "Item"],
    ["b", "item"],
    ["b", "ITEM"],
    ["a", "../etc/passwd"],
    ["a", "❄"],
    ["a", "x".repeat(200)],
  );
  const names = packagedTables(odd).map(({ fileName }) => fileName);
  expect(names).toEqual(["Item", "b.item", "ITEM-2", "_etc_passwd", "_", "x".repeat(80)]);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
});

it("leaves out a table of which no column is left", () => {
  const manifest = manifestOf(["a", "one"], ["a", "two"]);
  manifest.tables[1]!.columns = [column("hash", { class: "hashed" })];
  expect(packagedTables(manifest).map(({ id }) => id)).toEqual(["a.one"]);
  expect(packagedTables(manifest, ["a.one"])).toEqual([]);
});

it("writes NULL as nothing, an empty text as one, and no formula that was none", () => {
  const columns = [
    column("a"),
    column("n", { type: "numeric(10,2)" }),
    column("b", { type: "boolean", encoding: "literal" }),
  ];
  const csv = createCsvWriter(columns, [false, false, false]);
  const row = (a: unknown, n: unknown, b: unknown) => csv.row(JSON.stringify({ a, n, b }));
  expect(csv.header).toBe("a,n,b\r\n");
  expect(row(null, null, null)).toBe(",,\r\n");
  expect(row("", "-5.00", true)).toBe('"",-5.00,true\r\n');
  expect(row("=cmd()", "1", false)).toBe("'=cmd(),1,false\r\n");
  expect(row('say "hi"\n', "1", false)).toBe('"say ""hi""\n",1,false\r\n');
});

it("takes no name for markup", () => {
  const manifest = manifestOf(["a", "one"]);
  manifest.tenant.name = `<img src=x onerror="alert('x')">`;
  manifest.tables[0]!.columns = [column('"><script>')];
  const tables = packagedTables(manifest).map((table) => ({ ...table, rows: 1 }));
  const page = indexPage({ manifest, format: "csv", tables, sha256: "5".repeat(64) });
  expect(page).not.toContain("<img");
  expect(page).not.toContain("<script>");
  expect(page).toContain("1 row in 1 table");
});

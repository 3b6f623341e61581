/** A built platform in three languages: SQL for the database, YAML for Tenantry, plain words for the oracle. */
import { stringify } from "yaml";
import type { OracleCommon, OraclePointer, OracleSpec, OracleTable } from "../oracle-spec.ts";
import type { BuiltPlatform, BuiltPointer, BuiltTable } from "./built.ts";
import { qualified, quote } from "./keys.ts";
import { TYPE_SETUP } from "./material.ts";

/** Tables first, foreign keys apart: rows that are there before the keys are checked when the keys come. */
export function schemaSql({ root, people, tables }: BuiltPlatform): { tables: string; keys: string } {
  const all = [...(people === null ? [] : [people]), ...tables];
  const creates = all.map((table) => {
    const columns = table.columns.map(({ name, definition }) => `${quote(name)} ${definition}`);
    return `CREATE TABLE ${qualified(table)} (${[...columns, ...table.constraints].join(", ")});`;
  });
  const keys = all.flatMap((table) =>
    table.pointers
      .filter(({ kind }) => kind !== "virtual")
      .map(({ columns, to, targets, kind, required }) => {
        const deferred = kind === "back" && required ? " DEFERRABLE INITIALLY DEFERRED" : "";
        return `ALTER TABLE ${qualified(table)} ADD FOREIGN KEY (${list(columns)}) REFERENCES ${qualified(to)} (${list(targets)})${deferred};`;
      }),
  );
  const schema = root.schema === "public" ? "" : `CREATE SCHEMA ${quote(root.schema)};`;
  return { tables: [TYPE_SETUP, schema, ...creates].join("\n"), keys: keys.join("\n") };
}

function list(columns: readonly string[]): string {
  return columns.map(quote).join(", ");
}

/** As little as Tenantry needs to be told. */
export function platformYaml({ root, slug, people, tables }: BuiltPlatform): string {
  const generated = tables.filter(({ id }) => id?.made === "nanoid");
  const virtual = tables.flatMap((table) =>
    table.pointers.filter(({ kind }) => kind === "virtual").map((pointer) => reference(table, pointer)),
  );
  return stringify({
    platform: "generated",
    tenant: { table: display(root), key: root.id!.column, ...(slug === null ? {} : { slug }) },
    ...(people === null
      ? {}
      : { common: { [display(people)]: { match: ["email"], create: ["email", "name"] } } }),
    columns: Object.fromEntries(
      generated.map((table) => [displayColumn(table, table.id!.column), { generated: "nanoid" }]),
    ),
    references: virtual,
  });
}

function reference(table: BuiltTable, { columns, to, targets, shape }: BuiltPointer): object {
  const from = displayColumn(table, columns[0]!);
  const target = displayColumn(to, targets[0]!);
  switch (shape) {
    case "array":
      return { from, each: true, to: target };
    case "json":
    case "jsonb":
      return { from, path: "$.ref", to: target };
    case "pattern":
      return { from, pattern: `k:{${target}}:*` };
    default:
      return { from, to: target };
  }
}

/** A name that is always quoted is as good as one that is quoted where it must be. */
function display(table: BuiltTable): string {
  return qualified(table);
}

function displayColumn(table: BuiltTable, column: string): string {
  return `${display(table)}.${quote(column)}`;
}

/** @param become what an import makes of the slug and of a key that people chose */
export function oracleSpec(platform: BuiltPlatform, become: { readonly slug: string }): OracleSpec {
  const { root, slug, people, tables } = platform;
  const common: OracleCommon[] =
    people === null ? [] : [{ name: qualified(people), rows: "true", match: ["email"], ids: ["id"] }];
  return {
    tables: tables.map(
      (table): OracleTable => ({
        name: qualified(table),
        owned: owned(table, "t", root),
        ids: [
          ...(table.id === null ? [] : [table.id.column]),
          ...(table.otherKey === null ? [] : [table.otherKey]),
        ],
        points: table.pointers.map(oraclePointer),
        ...(table === root && slug !== null
          ? { becomes: { [slug]: { source: `'${become.slug}'`, imported: `t.${quote(slug)}` } } }
          : {}),
      }),
    ),
    common,
  };
}

/** Up the owners, hop by hop. */
function owned(table: BuiltTable, alias: string, root: BuiltTable): string {
  if (table === root) return `${alias}.${quote(root.id!.column)}::text = $1`;
  const { columns, to, targets } = table.pointers.find(({ kind }) => kind === "owner")!;
  const inner = `${alias}_`;
  const joined = columns.map((column, at) => `${inner}.${quote(targets[at]!)} = ${alias}.${quote(column)}`);
  return `EXISTS (SELECT FROM ${qualified(to)} ${inner} WHERE ${joined.join(" AND ")} AND ${owned(to, inner, root)})`;
}

function oraclePointer({ columns, to, targets, kind, shape }: BuiltPointer): OraclePointer {
  const target = { columns, to: [{ table: qualified(to), columns: targets }] };
  if (kind !== "virtual") return target;
  switch (shape) {
    case "array":
      return { ...target, inside: ELEMENT[to.id!.made] };
    case "json":
    case "jsonb":
      return { ...target, inside: /"ref" ?: ?"?([\w-]+)"?/g };
    case "pattern":
      return { ...target, inside: /(?<=^k:)([\w-]+)(?=:)/g };
    default:
      return { ...target, soft: true };
  }
}

/** Elements of an array's text, but not its bounds. */
const ELEMENT = {
  uuid: /([0-9a-f-]{36})|NULL/g,
  number: /(\d+)(?=[,}])|NULL/g,
  nanoid: /([\w-]{21})|NULL/g,
  chosen: /$^/g,
} as const;

/** A built platform in two more languages: YAML for Tenantry, plain words for the oracle. */
import { stringify } from "yaml";
import { quoteLiteral } from "../../../postgres/identifiers.ts";
import type { OracleCommon, OraclePointer, OracleSpec, OracleTable } from "../oracle-spec.ts";
import type { BuiltPlatform, BuiltPointer, BuiltTable } from "./built.ts";
import { qualified, quote } from "./keys.ts";

/** As little as Tenantry needs to be told. */
export function platformYaml(platform: BuiltPlatform): string {
  const { root, rooted, placement, slug, people, tables } = platform;
  const generated = tables.filter(({ id }) => id?.made === "nanoid");
  const virtual = tables.flatMap((table) =>
    table.pointers.filter(({ kind }) => kind === "virtual").map((pointer) => reference(table, pointer)),
  );
  const bare = keyColumns(platform);
  const shared = tables.filter(isShared);
  return stringify({
    platform: "generated",
    tenant: {
      ...(rooted ? { table: display(root), key: root.id!.column } : {}),
      ...(slug === null ? {} : { slug }),
      ...(bare.length === 0 ? {} : { key_columns: bare }),
    },
    ...(placement === "schema" ? { placement, schema: tables.at(-1)!.schema } : {}),
    tables: Object.fromEntries([
      ...shared.map((table) => [display(table), { null_key: "shared" }]),
      ...tables
        .filter(({ shape }) => shape?.alsoKey === "nullable")
        .map((table) => [display(table), { null_key: "owned" }]),
    ]),
    common: Object.fromEntries([
      ...(people === null ? [] : [[display(people), { match: ["email"], create: ["email", "name"] }]]),
      ...shared.map((table) => [display(table), { match: [table.shared] }]),
    ]),
    columns: Object.fromEntries(
      generated.map((table) => [displayColumn(table, table.id!.column), { generated: "nanoid" }]),
    ),
    references: virtual,
  });
}

/** Columns that hold the tenant's key, and no constraint says so. */
function keyColumns({ root, tables }: BuiltPlatform): string[] {
  const pointers = tables.flatMap((table) => table.pointers);
  return [
    ...new Set(
      pointers
        .filter(({ kind, to, constraint }) => kind !== "virtual" && to === root && constraint === null)
        .flatMap(({ columns }) => columns),
    ),
  ];
}

function isShared({ shared, inherits }: BuiltTable): boolean {
  return shared !== null && inherits === null;
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

/** @param become what an import makes of the slug, and of a key that is only a value */
export function oracleSpec(
  platform: BuiltPlatform,
  become: { readonly slug: string; readonly key: string },
): OracleSpec {
  const { root, rooted, slug, people, tables } = platform;
  const common: OracleCommon[] = tables.filter(isShared).map((table) => ({
    name: qualified(table),
    rows: `t.${quote(keyOf(table, root))} IS NULL`,
    match: [table.shared!],
    ids: [table.id!.column],
  }));
  if (people !== null) common.push({ name: qualified(people), rows: "true", match: ["email"], ids: ["id"] });
  return {
    tables: tables
      .filter((table) => rooted || table !== root)
      .map(
        (table): OracleTable => ({
          name: qualified(table),
          // Its heirs are tables of their own.
          ...(tables.some(({ inherits }) => inherits === table) ? { only: true } : {}),
          owned: owned(table, "t", platform),
          ids: [
            ...(table.id === null ? [] : [table.id.column]),
            ...(table.otherKey === null ? [] : [table.otherKey]),
          ],
          points: table.pointers.filter(({ to }) => rooted || to !== root).map(oraclePointer),
          becomes: Object.fromEntries([
            ...(table === root && slug !== null
              ? [[slug, { source: quoteLiteral(become.slug), imported: `t.${quote(slug)}` }]]
              : []),
            ...(rooted ? [] : keysIn(table, root).map((column) => [column, becomesKey(column, become.key)])),
          ]),
        }),
      ),
    common,
  };
}

/** A tenant's key that is only a value: everybody else's stays what it is. */
function becomesKey(column: string, value: string) {
  const own = `t.${quote(column)}`;
  return {
    source: `CASE WHEN ${own}::text = $1 THEN ${quoteLiteral(value)} ELSE ${own}::text END`,
    imported: own,
  };
}

/** Columns that hold the root's key, by themselves or because what they point at does. */
function keysIn(table: BuiltTable, root: BuiltTable): string[] {
  return table.columns.map(({ name }) => name).filter((name) => holdsKey(table, name, root, new Set()));
}

function holdsKey(table: BuiltTable, column: string, root: BuiltTable, visited: Set<string>): boolean {
  const place = `${table.name}\n${column}`;
  if (visited.has(place)) return false;
  visited.add(place);
  return table.pointers.some(({ kind, columns, to, targets }) => {
    const at = columns.indexOf(column);
    return kind !== "virtual" && at !== -1 && (to === root || holdsKey(to, targets[at]!, root, visited));
  });
}

function keyOf({ pointers }: BuiltTable, root: BuiltTable): string {
  return pointers.find(({ to }) => to === root)!.columns[0]!;
}

/** Up the owners, hop by hop. Where a tenant has a schema, all in it is the tenant's. */
function owned(table: BuiltTable, alias: string, platform: BuiltPlatform): string {
  const { root, rooted } = platform;
  if (table === root) return `${alias}.${quote(root.id!.column)}::text = $1`;
  const owner = table.pointers.find(({ kind }) => kind === "owner");
  if (owner === undefined || (platform.placement === "schema" && owner.to !== root))
    return "$1::text IS NOT NULL";
  const { columns, to, targets } = owner;
  if (to === root && !rooted) return `${alias}.${quote(columns[0]!)}::text = $1`;
  const inner = `${alias}_`;
  const joined = columns.map((column, at) => `${inner}.${quote(targets[at]!)} = ${alias}.${quote(column)}`);
  return `EXISTS (SELECT FROM ${qualified(to)} ${inner} WHERE ${joined.join(" AND ")} AND ${owned(to, inner, platform)})`;
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

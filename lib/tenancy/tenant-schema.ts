/**
 * Platforms that give each tenant a schema of its own (`placement: schema`, `schema: app_{slug}`). One tenant's view of
 * the catalog has that tenant's schema under the name that the platform file writes, and no other tenant's: then
 * whatever holds for tables of common schemas holds for these too, on both sides of an import. Pure.
 */
import { canonicalJson } from "../canonical/json.ts";
import type { Catalog, Column, Table, TenantSchema } from "../catalog/catalog.ts";
import { parseQualified, qualifiedName } from "../postgres/identifiers.ts";
import type { PlatformFile } from "./platform-file-schema.ts";

/** What a schema's name is made of. */
export interface SchemaOwner {
  readonly key: string;
  readonly slug: string | null;
}

/** `app_{slug}`, `me_{key}`: the pattern's only placeholder. */
const PLACEHOLDER = /\{(slug|key)\}/;

export type SchemaPattern = NonNullable<ReturnType<typeof schemaPattern>>;

/** The pattern of the platform file; null where rows lie in common tables, or it has not exactly one placeholder. */
export function schemaPattern({ placement, schema }: PlatformFile) {
  if (placement === "shared" || schema === undefined) return null;
  const [before, by, after, ...more] = schema.split(PLACEHOLDER);
  if (by === undefined || more.length > 0) return null;
  return { written: schema, by: by as "slug" | "key", before: before!, after: after! };
}

/** The schema of a tenant; null where the pattern asks for a slug and it has none. */
export function schemaNameOf({ by, before, after }: SchemaPattern, owner: SchemaOwner): string | null {
  const value = owner[by];
  return value === null ? null : `${before}${value}${after}`;
}

/**
 * The schemas that are called as a tenant's is, in the catalog's order. One that the platform file names is no
 * tenant's, and neither is `public`.
 */
export function tenantSchemas(catalog: Catalog, file: PlatformFile): string[] {
  const pattern = schemaPattern(file);
  if (pattern === null) return [];
  const named = new Set([
    "public",
    ...[
      file.tenant.table ?? "",
      ...Object.keys(file.tables),
      ...Object.keys(file.common),
      ...file.sub_keys.map(({ table }) => table),
    ].map((name) => parseQualified(name)?.[0] ?? ""),
  ]);
  const { before, after } = pattern;
  return [...new Set([...catalog.tables.values()].map(({ schema }) => schema))].filter(
    (name) =>
      !named.has(name) &&
      name.length > before.length + after.length &&
      name.startsWith(before) &&
      name.endsWith(after),
  );
}

/**
 * The catalog as the tenant of this schema sees it: `app_acme.orders` is `"app_{slug}".orders`, and other tenants'
 * schemas are not there. `Table.schema` stays the schema's true name, for SQL. The catalog itself where rows lie in
 * common tables, or where it is a view already.
 */
export function viewOfTenant(catalog: Catalog, file: PlatformFile, schema: string): Catalog {
  const pattern = schemaPattern(file);
  if (pattern === null || catalog.tenantSchema !== undefined) return catalog;
  const others = new Set(tenantSchemas(catalog, file).filter((name) => name !== schema));
  const tenantSchema: TenantSchema = { written: pattern.written, name: schema };
  const tables = [...catalog.tables.values()]
    .filter((table) => !others.has(table.schema))
    .map((table) => viewOfTable(table, tenantSchema));
  return {
    ...catalog,
    tenantSchema,
    tables: new Map(tables.map((table) => [table.id, table])),
    sequences: catalog.sequences.filter((sequence) => !others.has(sequence.schema)),
  };
}

/** The view of the first tenant, which stands for all where nobody said which. */
export function viewOfFirst(catalog: Catalog, file: PlatformFile): Catalog {
  const [first] = tenantSchemas(catalog, file);
  return first === undefined ? catalog : viewOfTenant(catalog, file, first);
}

/** A table of that schema, as its tenant's view has it. */
export function viewOfTable(table: Table, { written, name }: TenantSchema): Table {
  const seen = (id: string) => {
    const [schema, last] = parseQualified(id) ?? [];
    return schema === name && last !== undefined ? qualifiedName(written, last) : id;
  };
  return {
    ...table,
    id: seen(table.id),
    partitionOf: table.partitionOf === null ? null : seen(table.partitionOf),
    inherits: table.inherits.map(seen),
    foreignKeys: table.foreignKeys.map((key) => ({ ...key, table: seen(key.table) })),
    columns: table.columns.map((column) => viewOfColumn(column, { written, name })),
  };
}

/** The shape of a table that uses types of its tenant's schema is that of any other tenant's. */
function viewOfColumn(column: Column, tenantSchema: TenantSchema): Column {
  const writtenType = asWritten(column.type, tenantSchema);
  return {
    ...column,
    ...(writtenType === column.type ? {} : { writtenType }),
    ...(column.typeShape == null ? {} : { typeShape: shapeAsWritten(column.typeShape, tenantSchema) }),
    collation: column.collation === null ? null : asWritten(column.collation, tenantSchema),
  };
}

/** A type's shape is JSON: names stand in its strings, and a string's own quotes are none of theirs. */
function shapeAsWritten(shape: string, tenantSchema: TenantSchema): string {
  const written: unknown = JSON.parse(shape, (_key, value: unknown) =>
    typeof value === "string" ? asWritten(value, tenantSchema) : value,
  );
  return canonicalJson(written);
}

/** Names qualified by the tenant's schema, with the pattern in its place. */
export function asWritten(text: string, { written, name }: TenantSchema): string {
  const prefix = (schema: string) => qualifiedName(schema, "x").slice(0, -1);
  return text
    .split(/(?<![\w$"])(?="|[a-z_])/)
    .map((part) => (part.startsWith(prefix(name)) ? prefix(written) + part.slice(prefix(name).length) : part))
    .join("");
}

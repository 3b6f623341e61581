/**
 * A platform file for a version that it was not written for: what it says of what is not there yet, or not any more, is
 * left out, and what another file has said of an earlier version goes on under the names that things have now. For a
 * throwaway server alone, where it says whose rows are whose and what nobody may see; nothing is written by it. Pure.
 */
import type { Catalog, Table } from "../catalog/catalog.ts";
import { findTable } from "../catalog/lookup.ts";
import { parseQualified, qualifiedColumn, qualifiedName } from "../postgres/identifiers.ts";
import { stricterClass } from "./column-classes.ts";
import type { ColumnAnswer } from "./platform-file-entries.ts";
import type { PlatformFile } from "./platform-file-schema.ts";

/** A file that fits a catalog, of the same database before migrations ran: OIDs are the same in both. */
export interface FittingFile {
  readonly file: PlatformFile;
  readonly catalog: Catalog;
}

/** @param today what it says of what came since `then` counts; of what was there before, `then` knows better */
export function platformFileAt(catalog: Catalog, today: PlatformFile, then: FittingFile): PlatformFile {
  const names = createNames(then.catalog, catalog);
  const isNew = (name: string) => {
    const table = findTable(catalog, name);
    return table !== null && !names.wasThere(table);
  };
  return {
    ...today,
    tenant: tenantAt(then.file.tenant, catalog, names),
    sub_keys: [...then.file.sub_keys, ...today.sub_keys].flatMap((entry) => {
      const table = names.table(entry.table) ?? entry.table;
      const key = names.column(entry.table, entry.key) ?? entry.key;
      return has(findTable(catalog, table), key) ? [{ ...entry, table, key }] : [];
    }),
    tables: {
      ...renamed(then.file.tables, names.table, (answer) => ({
        ...answer,
        ownedThrough: answer.ownedThrough === null ? null : names.qualified(answer.ownedThrough),
        path: answer.path,
      })),
      ...only(today.tables, isNew),
    },
    common: {
      ...renamed(then.file.common, names.table, (entry, name) => {
        const now = (column: string) => names.column(name, column) ?? [];
        return { match: entry.match.flatMap(now), create: entry.create.flatMap(now) };
      }),
      ...only(today.common, isNew),
    },
    columns: columnsAt(then.file.columns, today.columns, catalog, names),
    references: [...then.file.references, ...today.references].filter(
      ({ from, to }) =>
        columnExists(catalog, from) && (to === undefined || to === "none" || columnExists(catalog, to)),
    ),
    internal: [],
    regions: undefined,
    create: undefined,
    triggers: "off",
  };
}

/** What things are called now that had these names then; null (undefined) where they are gone. */
type Names = ReturnType<typeof createNames>;

function createNames(then: Catalog, now: Catalog) {
  const byOid = new Map([...now.tables.values()].map((table) => [table.oid, table]));
  const there = new Set([...then.tables.values()].map(({ oid }) => oid));
  const pair = (name: string) => {
    const before = findTable(then, name);
    const after = before === null ? undefined : byOid.get(before.oid);
    return before === null || after === undefined ? null : { before, after };
  };
  const table = (name: string) => pair(name)?.after.id;
  const column = (name: string, of: string) => {
    const found = pair(name);
    const position = found?.before.columns.find((each) => each.name === of)?.position;
    return found?.after.columns.find((each) => each.position === position)?.name;
  };
  return {
    table,
    column,
    /** Of a column with its table: `public.orders.id`. */
    qualified(name: string): string | null {
      const [schema = "", of = "", last = ""] = parseQualified(name) ?? [];
      const [now, is] = [table(qualifiedName(schema, of)), column(qualifiedName(schema, of), last)];
      return now === undefined || is === undefined ? null : qualifiedColumn(now, is);
    },
    wasThere: ({ oid }: Table) => there.has(oid),
  };
}

function tenantAt(tenant: PlatformFile["tenant"], catalog: Catalog, names: Names): PlatformFile["tenant"] {
  const { table, key, key_columns: keys, slug, name, domains } = tenant;
  const ofRoot = (column: string | undefined) =>
    table === undefined || column === undefined ? undefined : names.column(table, column);
  const known = keys?.filter((each) => [...catalog.tables.values()].some((some) => has(some, each)));
  const where =
    domains === undefined || parseQualified(domains)?.length === 1
      ? ofRoot(domains)
      : names.qualified(domains);
  return {
    ...(table === undefined ? {} : { table: names.table(table) ?? table, key: ofRoot(key) ?? key }),
    ...(known === undefined || known.length === 0 ? {} : { key_columns: known }),
    slug: ofRoot(slug),
    name: ofRoot(name),
    ...(where == null ? {} : { domains: where }),
  };
}

/** Both have a say where both speak: whoever hides more is followed. */
function columnsAt(
  then: PlatformFile["columns"],
  today: PlatformFile["columns"],
  catalog: Catalog,
  names: Names,
): PlatformFile["columns"] {
  const columns: Record<string, ColumnAnswer> = renamed(then, names.qualified, (answer) => answer);
  for (const [name, answer] of Object.entries(only(today, (each) => columnExists(catalog, each)))) {
    const other = columns[name];
    columns[name] =
      other === undefined
        ? answer
        : {
            ...answer,
            class: stricterClass(other.class ?? "plain", answer.class ?? "plain"),
            secretPaths: [...new Set([...other.secretPaths, ...answer.secretPaths])],
          };
  }
  return columns;
}

function renamed<Value>(
  entries: Readonly<Record<string, Value>>,
  now: (name: string) => string | null | undefined,
  change: (value: Value, name: string) => Value,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, value]) => {
      const is = now(name);
      return is == null ? [] : [[is, change(value, name)] as const];
    }),
  );
}

function only<Value>(entries: Readonly<Record<string, Value>>, is: (name: string) => boolean) {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => is(name)));
}

const has = (table: Table | null, column: string) =>
  table?.columns.some(({ name }) => name === column) ?? false;

function columnExists(catalog: Catalog, name: string): boolean {
  const [schema = "", table = "", column = ""] = parseQualified(name) ?? [];
  return has(findTable(catalog, qualifiedName(schema, table)), column);
}

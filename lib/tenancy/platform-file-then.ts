/**
 * A platform file as it must have read when a bundle was written. Today's speaks of today's tables; of those of then
 * the bundle itself says what mattered: whose each table was, which columns were left out, by what common rows are
 * found. Pure.
 */
import type { Catalog, Table } from "../catalog/catalog.ts";
import { findTable } from "../catalog/lookup.ts";
import { parseQualified, qualifiedColumn, qualifiedName } from "../postgres/identifiers.ts";
import { isLedgerTable } from "./ledger-tables.ts";
import type { ColumnAnswer, ReferenceAnswer, TableAnswer } from "./platform-file-entries.ts";
import type { PlatformFile } from "./platform-file-schema.ts";
import { placeholders } from "./resolve-references.ts";

interface BundledTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly class: "plain" | "personal" | "hashed" | "secret";
    readonly droppedPaths: readonly string[];
  }[];
  readonly dropped: readonly {
    readonly name: string;
    readonly reason: "secret" | "computed";
    readonly onImport?: "blank" | "regenerate" | "list";
  }[];
}

interface BundledReference {
  readonly kind: string;
  readonly columns: readonly string[];
  readonly table: string;
  readonly targetColumns: readonly string[];
}

/** A bundle's manifest, as far as it says what the model was. */
export interface BundledModel {
  readonly schema: { readonly ledger: string | null };
  readonly model: {
    readonly root: string | null;
    readonly keyColumn: string;
    readonly slugColumn: string | null;
    readonly domains: { readonly table: string; readonly column: string } | null;
    readonly excluded: readonly string[];
  };
  readonly tables: readonly (BundledTable & { readonly references: readonly BundledReference[] })[];
  readonly reference: readonly (BundledTable & {
    readonly match: readonly string[];
    readonly create: readonly string[];
  })[];
}

/**
 * For a throwaway server alone: nothing is made anew there, so it says nothing of generated ids, and no state is
 * written, for a tenant is to come out as it went in.
 *
 * @param file today's: what it says of tables and columns that are there already, and the bundle does not say
 * @param catalog of a database at the bundle's version
 */
export function platformFileThen(file: PlatformFile, catalog: Catalog, bundled: BundledModel): PlatformFile {
  const { model } = bundled;
  const root = model.root === null ? null : findTable(catalog, model.root);
  const has = (table: Table | null, column: string) =>
    table?.columns.some(({ name }) => name === column) ?? false;
  return {
    ...file,
    tenant: {
      ...(model.root === null ? keyColumns(file, bundled) : { table: model.root, key: model.keyColumn }),
      ...(model.root !== null && file.tenant.key_columns !== undefined
        ? { key_columns: file.tenant.key_columns }
        : {}),
      ...(model.slugColumn === null ? {} : { slug: model.slugColumn }),
      ...(file.tenant.name !== undefined && has(root, file.tenant.name) ? { name: file.tenant.name } : {}),
      ...(model.domains === null
        ? {}
        : { domains: qualifiedColumn(model.domains.table, model.domains.column) }),
    },
    sub_keys: file.sub_keys.filter(({ table, key }) => has(findTable(catalog, table), key)),
    tables: tablesThen(file, catalog, bundled),
    common: Object.fromEntries(
      bundled.reference.map((table) => [
        idOf(table),
        { match: [...table.match], create: table.create.filter((name) => carries(table, name)) },
      ]),
    ),
    columns: columnsThen(bundled),
    references: referencesThen(file, catalog, bundled),
    internal: [],
    regions: undefined,
    create: undefined,
    ledger: bundled.schema.ledger ?? undefined,
    triggers: "off",
  };
}

const idOf = ({ schema, name }: Pick<BundledTable, "schema" | "name">) => qualifiedName(schema, name);

const carries = ({ columns }: BundledTable, name: string) => columns.some((column) => column.name === name);

function keyColumns(
  { tenant }: PlatformFile,
  { model }: BundledModel,
): Pick<PlatformFile["tenant"], "key_columns"> {
  const others = (tenant.key_columns ?? []).filter((name) => name !== model.keyColumn);
  return { key_columns: [model.keyColumn, ...others] };
}

const NO_ANSWER: TableAnswer = { class: null, nullKey: null, ownedThrough: null, path: null };

function tablesThen(file: PlatformFile, catalog: Catalog, bundled: BundledModel): PlatformFile["tables"] {
  const today = new Map(
    Object.entries(file.tables).flatMap(([name, answer]) => {
      const table = findTable(catalog, name);
      return table === null ? [] : [[table.id, answer] as const];
    }),
  );
  const owned = new Set(bundled.tables.map(idOf));
  const common = new Set(bundled.reference.map(idOf));
  const entries = [...catalog.tables.values()].flatMap((table): (readonly [string, TableAnswer])[] => {
    if (table.kind === "partition" || isLedgerTable(table.name)) return [];
    if (bundled.model.excluded.includes(table.id)) return [[table.id, { ...NO_ANSWER, class: "excluded" }]];
    if (!owned.has(table.id))
      return common.has(table.id) ? [] : [[table.id, { ...NO_ANSWER, class: "global" }]];
    const answer = ownedAnswer(today.get(table.id) ?? NO_ANSWER, table, catalog);
    const nullKey = answer.nullKey ?? (common.has(table.id) ? "shared" : null);
    return isAnswer({ ...answer, nullKey }) ? [[table.id, { ...answer, nullKey }]] : [];
  });
  return Object.fromEntries(entries);
}

/** What is said today of a table that was the tenant's then, as far as it could be said then. */
function ownedAnswer(
  { nullKey, ownedThrough, path }: TableAnswer,
  table: Table,
  catalog: Catalog,
): TableAnswer {
  const there = path?.[0] !== undefined && table.columns.some(({ name }) => name === path[0]);
  return {
    class: null,
    nullKey,
    ownedThrough: ownedThrough !== null && columnExists(catalog, ownedThrough) ? ownedThrough : null,
    path: there ? path : null,
  };
}

function isAnswer({ nullKey, ownedThrough, path }: TableAnswer): boolean {
  return nullKey !== null || ownedThrough !== null || path !== null;
}

/** Each column of the bundle is answered: what was carried was so because somebody, or its name, allowed it. */
function columnsThen({ tables, reference }: BundledModel): PlatformFile["columns"] {
  const entries = [...tables, ...reference].flatMap((table) => [
    ...table.columns.map((column): [string, ColumnAnswer] => [
      qualifiedColumn(idOf(table), column.name),
      { class: column.class, onImport: null, generated: null, secretPaths: [...column.droppedPaths] },
    ]),
    ...table.dropped
      .filter(({ reason }) => reason === "secret")
      .map(({ name, onImport }): [string, ColumnAnswer] => [
        qualifiedColumn(idOf(table), name),
        { class: "secret", onImport: onImport ?? null, generated: null, secretPaths: [] },
      ]),
  ]);
  return Object.fromEntries(entries);
}

/** Today's lines that the bundle knows too; and those of columns that are gone, as far as it tells them whole. */
function referencesThen(file: PlatformFile, catalog: Catalog, { tables }: BundledModel): ReferenceAnswer[] {
  const kept = file.references.filter((line) => {
    const names = [
      line.from,
      ...targetsOf(line),
      ...Object.keys(line.when ?? {}).map((name) => beside(line.from, name)),
    ];
    if (!names.every((name) => columnExists(catalog, name))) return false;
    return line.to === "none" || tables.some((table) => knows(table, line));
  });
  const known = new Set(kept.map(({ from }) => from));
  const gone = tables.flatMap((table) =>
    table.references.flatMap(({ kind, columns, table: to, targetColumns }): ReferenceAnswer[] => {
      const from = qualifiedColumn(idOf(table), columns[0]!);
      if ((kind !== "column" && kind !== "array") || columns.length > 1 || known.has(from)) return [];
      return [{ from, to: qualifiedColumn(to, targetColumns[0]!), each: kind === "array" }];
    }),
  );
  return [...kept, ...gone];
}

function targetsOf({ to, pattern }: ReferenceAnswer): string[] {
  if (pattern !== undefined) return placeholders(pattern);
  return to === undefined || to === "none" ? [] : [to];
}

/** Another column of the table that the first is of. */
function beside(column: string, name: string): string {
  const [schema = "", table = ""] = parseQualified(column) ?? [];
  return qualifiedColumn(qualifiedName(schema, table), name);
}

function knows(
  table: BundledModel["tables"][number],
  { from, path, each, pattern, when }: ReferenceAnswer,
): boolean {
  const parts = parseQualified(from);
  if (parts?.length !== 3 || qualifiedName(parts[0]!, parts[1]!) !== idOf(table)) return false;
  const kinds =
    path !== undefined
      ? ["json path"]
      : pattern !== undefined
        ? ["pattern"]
        : each
          ? ["array"]
          : when
            ? ["polymorphic"]
            : ["column", "foreign key"];
  return table.references.some(({ kind, columns }) => kinds.includes(kind) && columns.includes(parts[2]!));
}

function columnExists(catalog: Catalog, name: string): boolean {
  const parts = parseQualified(name);
  if (parts?.length !== 3) return false;
  const table = findTable(catalog, qualifiedName(parts[0]!, parts[1]!));
  return table?.columns.some((column) => column.name === parts[2]) ?? false;
}

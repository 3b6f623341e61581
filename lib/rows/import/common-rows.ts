/**
 * Finds a bundle's common rows on the other side by their natural key, creates those that may be created, and
 * gives the ids that they have there.
 */
import type pg from "pg";
import type { ManifestReferenceTable } from "../../bundle/manifest.ts";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import {
  qualifiedColumn,
  qualifiedName,
  quoteColumns,
  quoteIdentifier,
  quoteQualified,
} from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";

/** A common row's values as text, by column name. Few enough to be objects: a row for a member, not for a message. */
export type CommonRow = Readonly<Record<string, string | null>>;

export interface CommonTable {
  readonly manifest: ManifestReferenceTable;
  readonly rows: readonly CommonRow[];
  /** The columns by which owned rows point at it and whose values differ between databases. */
  readonly pointedAt: readonly string[];
}

export interface Resolved {
  /** By qualified column of the common table: old id's text → the id's text on this side. */
  readonly ids: Map<string, Map<string, string>>;
  /** Rows that are not there. */
  readonly missing: { readonly table: CommonTable; readonly rows: readonly CommonRow[] }[];
  readonly findings: Finding[];
}

/**
 * Looks every common row up. With `lock` the rows found are locked FOR KEY SHARE: nobody deletes them before this
 * transaction ends (PostgreSQL documentation, 13.3.2 Row-Level Locks).
 */
export async function resolveCommonRows(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tables: readonly CommonTable[],
  lock: boolean,
): Promise<Resolved> {
  const resolved: Resolved = { ids: new Map(), missing: [], findings: [] };
  for (const common of tables) {
    const id = qualifiedName(common.manifest.schema, common.manifest.name);
    const table = catalog.tables.get(id)!;
    const found = await lookUp(client, table, model, common, lock);
    const missing: CommonRow[] = [];
    let ambiguous = 0;
    common.rows.forEach((row, index) => {
      const matches = found.get(index) ?? [];
      if (matches.length === 0) missing.push(row);
      if (matches.length > 1) ambiguous++;
      for (const column of common.pointedAt) {
        const old = row[column];
        const now = matches[0]?.[column];
        if (old === null || old === undefined || now === null || now === undefined) continue;
        const name = qualifiedColumn(id, column);
        const ids = resolved.ids.get(name) ?? new Map<string, string>();
        resolved.ids.set(name, ids.set(old, now));
      }
    });
    if (missing.length > 0) resolved.missing.push({ table: common, rows: missing });
    if (ambiguous > 0) resolved.findings.push(ambiguousFinding(id, common, ambiguous));
  }
  return resolved;
}

/** Matches by the natural key; a NULL in it equals a NULL. Shared rows are those without a tenant key. */
async function lookUp(
  client: pg.ClientBase,
  table: Table,
  model: TenancyModel,
  { manifest, rows, pointedAt }: CommonTable,
  lock: boolean,
): Promise<Map<number, CommonRow[]>> {
  const found = new Map<number, CommonRow[]>();
  if (rows.length === 0) return found;
  const arrays = manifest.match.map((_, index) => `$${index + 1}::text[]`).join(", ");
  const names = manifest.match.map((_, index) => `m${index}`).join(", ");
  const matches = manifest.match.map(
    (column, index) =>
      `t.${quoteIdentifier(column)} IS NOT DISTINCT FROM k.m${index}::${typeOf(table, column)}`,
  );
  const path = model.tables.get(table.id)?.path ?? null;
  const shared =
    path !== null && path.hops.length === 0 ? ` AND t.${quoteIdentifier(path.column)} IS NULL` : "";
  const columns = pointedAt.map((column, index) => `concat(t.${quoteIdentifier(column)}) AS c${index}`);
  const { rows: result } = await client.query<Record<string, string>>(
    `SELECT ${["k.place::int4 AS place", ...columns].join(", ")}
       FROM unnest(${arrays}) WITH ORDINALITY k(${names}, place)
       JOIN ${quoteQualified(table.schema, table.name)} t ON ${matches.join(" AND ")}${shared}
      ORDER BY k.place${lock ? " FOR KEY SHARE OF t" : ""}`,
    manifest.match.map((column) => rows.map((row) => row[column] ?? null)),
  );
  for (const row of result) {
    const index = Number(row["place"]) - 1;
    const values = Object.fromEntries(pointedAt.map((column, at) => [column, row[`c${at}`] ?? null]));
    found.set(index, [...(found.get(index) ?? []), values]);
  }
  return found;
}

/** Inserts missing rows with the columns that the platform file allows. Gives the number of rows inserted. */
export async function createCommonRows(
  client: pg.ClientBase,
  catalog: Catalog,
  { manifest }: CommonTable,
  rows: readonly CommonRow[],
): Promise<number> {
  const table = catalog.tables.get(qualifiedName(manifest.schema, manifest.name))!;
  const columns = [...new Set([...manifest.match, ...manifest.create])];
  const names = columns.map((_, index) => `v${index}`);
  const result = await client.query(
    `INSERT INTO ${quoteQualified(table.schema, table.name)} (${quoteColumns(columns)})
     SELECT ${columns.map((column, index) => `v${index}::${typeOf(table, column)}`).join(", ")}
       FROM unnest(${columns.map((_, index) => `$${index + 1}::text[]`).join(", ")}) v(${names.join(", ")})
         ON CONFLICT DO NOTHING`,
    columns.map((column) => rows.map((row) => row[column] ?? null)),
  );
  return result.rowCount ?? 0;
}

function typeOf(table: Table, column: string): string {
  return table.columns.find(({ name }) => name === column)!.type;
}

/** Rows that are missing: a note where they may be created, a refusal where not. */
export function missingFindings(resolved: Resolved): Finding[] {
  return resolved.missing.map(({ table: { manifest }, rows }): Finding => {
    const where = qualifiedName(manifest.schema, manifest.name);
    return manifest.create.length > 0
      ? {
          code: "common-rows-created",
          severity: "notes",
          where,
          count: rows.length,
          what: `${rows.length} common rows are not in this database and are created, found by (${manifest.match.join(", ")}).`,
        }
      : {
          code: "common-rows-missing",
          severity: "blocks",
          where,
          count: rows.length,
          what: `${rows.length} common rows that the tenant points at are not in this database; looked for by (${manifest.match.join(", ")}).`,
          todo: `Add them here first, or allow it in the platform file: common: { ${where}: { match: [...], create: [...] } }.`,
        };
  });
}

function ambiguousFinding(where: string, { manifest }: CommonTable, count: number): Finding {
  return {
    code: "common-rows-ambiguous",
    severity: "blocks",
    where,
    count,
    what: `${count} common rows have several counterparts here: (${manifest.match.join(", ")}) is no key.`,
    todo: "Choose columns under match that identify a row.",
  };
}

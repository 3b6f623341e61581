/** Finds a bundle's common rows on the other side by their natural key, and gives the ids that they have there. */
import type pg from "pg";
import type { ManifestReferenceTable } from "../../bundle/manifest.ts";
import type { Catalog, Column, Table } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import {
  qualifiedColumn,
  qualifiedName,
  quoteIdentifier,
  quoteQualified,
} from "../../postgres/identifiers.ts";
import { operatorBetween } from "../../tenancy/column-types.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { sharedRowCondition } from "../shared-rows.ts";
import { creationProblems, rowColumns } from "./creatable.ts";

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
    const unidentified = countUnidentified(common);
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
    if (unidentified > 0) resolved.findings.push(unidentifiedFinding(id, common, unidentified));
  }
  return resolved;
}

/**
 * Rows that their natural key does not tell from others: it is NULL as a whole, or another row of the bundle has
 * the same. Two people without an address would become one, or somebody else.
 */
function countUnidentified({ manifest: { match }, rows }: CommonTable): number {
  const keys = rows.map((row) => JSON.stringify(match.map((column) => row[column] ?? null)));
  const nobody = JSON.stringify(match.map(() => null));
  const times = Map.groupBy(keys, (key) => key);
  return keys.filter((key) => key === nobody || times.get(key)!.length > 1).length;
}

/** Counterparts by the row's place. A NULL in a natural key of several columns equals a NULL. */
async function lookUp(
  client: pg.ClientBase,
  table: Table,
  model: TenancyModel,
  common: CommonTable,
  lock: boolean,
): Promise<Map<number, CommonRow[]>> {
  const { match } = common.manifest;
  const found = new Map<number, CommonRow[]>();
  // One statement for each set of columns that are NULL: IS NOT DISTINCT FROM would use no index.
  const places = Map.groupBy(common.rows.keys(), (place) =>
    match.filter((column) => common.rows[place]![column] != null).join("\0"),
  );
  for (const alike of places.values()) {
    const filled = match.filter((column) => common.rows[alike[0]!]![column] != null);
    if (filled.length === 0) continue;
    const sql = lookUpSql(table, model, common, filled, lock);
    const values = filled.map((column) => alike.map((place) => common.rows[place]![column]));
    const { rows } = await client.query<Record<string, string>>(sql, [alike, ...values]);
    for (const row of rows) {
      const place = Number(row.place);
      const counterpart = common.pointedAt.map((column, at) => [column, row[`c${at}`] ?? null]);
      found.set(place, [...(found.get(place) ?? []), Object.fromEntries(counterpart)]);
    }
  }
  return found;
}

/** $1: places, then the values of each filled column as text. Only shared rows of a table that tenants' are in too. */
function lookUpSql(
  table: Table,
  model: TenancyModel,
  { manifest, pointedAt }: CommonTable,
  filled: readonly string[],
  lock: boolean,
): string {
  const conditions = manifest.match.map((name) => {
    const column = `t.${quoteIdentifier(name)}`;
    const at = filled.indexOf(name);
    const { type, baseType } = columnOf(table, name);
    return at === -1
      ? `${column} IS NULL`
      : `${column} ${operatorBetween(baseType, baseType, "=")} k.m${at}::${type}`;
  });
  const columns = pointedAt.map((column, at) => `concat(t.${quoteIdentifier(column)}) AS c${at}`);
  return `SELECT ${["k.place", ...columns].join(", ")}
       FROM unnest($1::int4[], ${filled.map((_, at) => `$${at + 2}::text[]`).join(", ")})
              k(place, ${filled.map((_, at) => `m${at}`).join(", ")})
       JOIN ${quoteQualified(table.schema, table.name)} t ON ${conditions.join(" AND ")}
        AND ${sharedRowCondition(model.tables.get(table.id)!, "t")}
      ORDER BY k.place${lock ? " FOR KEY SHARE OF t" : ""}`;
}

function columnOf(table: Table, column: string): Column {
  return table.columns.find(({ name }) => name === column)!;
}

/** Rows that are missing: a note where they may be created, a refusal where not. */
export function missingFindings(catalog: Catalog, model: TenancyModel, resolved: Resolved): Finding[] {
  return resolved.missing.flatMap(({ table, rows }): Finding[] => {
    const { manifest } = table;
    const where = qualifiedName(manifest.schema, manifest.name);
    const by = `(${manifest.match.join(", ")})`;
    if (manifest.create.length > 0)
      return [
        ...creationProblems(catalog, model, where, rowColumns(manifest)),
        {
          code: "common-rows-created",
          severity: "notes",
          where,
          count: rows.length,
          what: `${rows.length} common rows are not in this database and are created, found by ${by}.`,
        },
      ];
    return [
      {
        code: "common-rows-missing",
        severity: "blocks",
        where,
        count: rows.length,
        what: `${rows.length} common rows that the tenant points at are not in this database; looked for by ${by}.`,
        todo: `Add them here first, or allow it in the platform file: common: { ${where}: { match: [...], create: [...] } }.`,
      },
    ];
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

function unidentifiedFinding(where: string, { manifest }: CommonTable, count: number): Finding {
  return {
    code: "common-rows-unidentified",
    severity: "blocks",
    where,
    count,
    what: `${count} common rows of the bundle cannot be told apart by (${manifest.match.join(", ")}): it is NULL, or several have the same.`,
    todo: "Choose columns under match that identify a row, or repair these rows in the source and export again.",
  };
}

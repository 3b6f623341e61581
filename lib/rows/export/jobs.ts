/** What an export reads, as COPY statements. Pure. */
import type { ManifestColumn } from "../../bundle/manifest.ts";
import type { Catalog, Column, Table } from "../../catalog/catalog.ts";
import { quoteQualified } from "../../postgres/identifiers.ts";
import type { ModelTable, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { columnEncoding, lineExpression } from "../select-list.ts";
import { commonRowsCondition } from "./common-rows.ts";

export type Section = "data" | "reference";

/** A table of the bundle with the condition under which its rows belong in it. */
export interface Extent {
  readonly section: Section;
  /** As in the manifest, from 1 in each section. */
  readonly ordinal: number;
  readonly table: Table;
  readonly modelTable: ModelTable;
  /** The columns that the lines carry, in attribute order. */
  readonly carried: readonly string[];
  /** SQL boolean over the alias `t`. */
  readonly condition: string;
}

/** One COPY: a table, or a slice of one. */
export interface Job {
  readonly extent: Extent;
  readonly sql: string;
  /** What the rows that it gives are of. */
  readonly columns: readonly Pick<ManifestColumn, "name" | "encoding">[];
}

/** The owned tables in load order. */
export function dataExtents(catalog: Catalog, model: TenancyModel, tenantKeySql: string): Extent[] {
  return model.loadOrder.map((id, index) => {
    const table = catalog.tables.get(id)!;
    const modelTable = model.tables.get(id)!;
    const condition = ownershipPredicate(model, id, "t", tenantKeySql);
    return {
      section: "data",
      ordinal: index + 1,
      table,
      modelTable,
      carried: carried(modelTable),
      condition,
    };
  });
}

/** The common tables that owned rows may point at, each with the rows that these point at. */
export function referenceExtents(
  catalog: Catalog,
  model: TenancyModel,
  tables: readonly ModelTable[],
  tenantKeySql: string,
): Extent[] {
  return tables.map((modelTable, index) => ({
    section: "reference",
    ordinal: index + 1,
    table: catalog.tables.get(modelTable.id)!,
    modelTable,
    carried: carried(modelTable),
    condition: commonRowsCondition(catalog, model, modelTable, "t", tenantKeySql),
  }));
}

/** Secrets are dropped before serialisation, here, in the SELECT list; computed columns compute themselves. */
function carried(table: ModelTable): string[] {
  return table.columns
    .filter((column) => column.class !== "secret" && !column.computed)
    .map((column) => column.name);
}

/** `FROM` an extent: a plain table without its classic heirs (they are tables of their own), a whole tree else. */
export function fromExtent(extent: Extent): string {
  const only = extent.table.kind === "table" ? "ONLY " : "";
  return `${only}${quoteQualified(extent.table.schema, extent.table.name)} t`;
}

/**
 * The COPY statements of an extent. Slices split by a hash of the row's place, so that they are equal whatever the
 * key's type and distribution: each reads the table's pages, but formatting the rows costs ten times what reading
 * them does. Ranges of pages would read each page once, and leave one reader without work where a tenant's rows
 * lie together.
 *
 * Rows come as COPY text, and become lines in Node (codec/line-writer.ts): the server's own `row_to_json` takes
 * twice as long as its output functions do, and every value would have to be cast to text for it.
 */
export function copyJobs(extent: Extent, slices: number): Job[] {
  const columns = extent.carried.map((name) => columnOf(extent, name));
  const list = columns.map(({ column, secretPaths }) => lineExpression(column, "t", secretPaths)).join(", ");
  return slicesByPlace(slices).map((part) => ({
    extent,
    sql: `COPY (SELECT ${list} FROM ${fromExtent(extent)} WHERE (${extent.condition})${part}) TO STDOUT WITH (FORMAT text, ENCODING 'UTF8')`,
    columns: columns.map(({ column }) => ({ name: column.name, encoding: columnEncoding(column) })),
  }));
}

function columnOf(extent: Extent, name: string): { column: Column; secretPaths: readonly string[] } {
  const column = extent.table.columns.find((candidate) => candidate.name === name)!;
  const model = extent.modelTable.columns.find((candidate) => candidate.name === name)!;
  return { column, secretPaths: model.secretPaths };
}

/**
 * The slices as conditions. `hashtid` (PostgreSQL 14 and later) gives any int4, each range of which holds its share.
 * A comparison, which the planner takes for a third of the rows; it would take `mod(…) = 0` for one in 200 and
 * choose its joins for a table a hundred times smaller.
 */
function slicesByPlace(slices: number): string[] {
  const start = (slice: number) => Math.floor((2 ** 32 * slice) / slices) - 2 ** 31;
  return Array.from({ length: slices }, (_, slice) => {
    const from = slice === 0 ? "" : ` AND hashtid(t.ctid) >= ${start(slice)}`;
    const to = slice === slices - 1 ? "" : ` AND hashtid(t.ctid) < ${start(slice + 1)}`;
    return `${from}${to}`;
  });
}

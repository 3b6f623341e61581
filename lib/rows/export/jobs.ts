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

/** How a table is cut, so that several readers share it; every row is in one slice. */
export type Slicing =
  /** By a hash of the row's place: each reads all that the others read, and keeps its share of the rows. */
  | { readonly by: "place"; readonly slices: number }
  /** By ranges of pages: each reads its own, of a table that has about so many. */
  | { readonly by: "pages"; readonly slices: number; readonly pages: number };

export const WHOLE: Slicing = { by: "place", slices: 1 };

/**
 * The COPY statements of an extent.
 *
 * Rows come as COPY text, and become lines in Node (codec/line-writer.ts): the server's own `row_to_json` takes
 * twice as long as its output functions do, and every value would have to be cast to text for it.
 */
export function copyJobs(extent: Extent, slicing: Slicing): Job[] {
  const columns = extent.carried.map((name) => columnOf(extent, name));
  const list = columns.map(({ column, secretPaths }) => lineExpression(column, "t", secretPaths)).join(", ");
  return conditions(slicing).map((part) => ({
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

function conditions(slicing: Slicing): string[] {
  return slicing.by === "place"
    ? slicesByPlace(slicing.slices)
    : slicesByPages(slicing.pages, slicing.slices);
}

/**
 * `hashtid` (PostgreSQL 14 and later) gives any int4, each range of which holds its share. A comparison, which the
 * planner takes for a third of the rows; it would take `mod(…) = 0` for one in 200 and choose its joins for a
 * table a hundred times smaller.
 */
function slicesByPlace(slices: number): string[] {
  const start = (slice: number) => Math.floor((2 ** 32 * slice) / slices) - 2 ** 31;
  return ranges(slices, (slice) => ({ expression: "hashtid(t.ctid)", start: String(start(slice)) }));
}

/** TID range scans (PostgreSQL 14 and later). The last range has no end: the table may have grown. */
function slicesByPages(pages: number, slices: number): string[] {
  const start = (slice: number) => Math.floor((pages * slice) / slices);
  return ranges(slices, (slice) => ({ expression: "t.ctid", start: `'(${start(slice)},0)'::tid` }));
}

function ranges(slices: number, at: (slice: number) => { expression: string; start: string }): string[] {
  return Array.from({ length: slices }, (_, slice) => {
    const { expression, start } = at(slice);
    const from = slice === 0 ? "" : ` AND ${expression} >= ${start}`;
    const to = slice === slices - 1 ? "" : ` AND ${expression} < ${at(slice + 1).start}`;
    return `${from}${to}`;
  });
}

/** What an export reads, as COPY statements. Pure. */

import type { ManifestColumn } from "../../bundle/manifest.ts";
import type { Catalog, Column, Table } from "../../catalog/catalog.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import type { ModelTable, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import type { RowPlace } from "../codec/row-places.ts";
import { columnEncoding, lineExpression } from "../select-list.ts";
import { commonRowsCondition } from "./common-rows.ts";
import { beyond, type Slicing, sliceConditions, upTo } from "./slices.ts";

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
  readonly slicing: Slicing;
  /** Which of its slices; 0 where it is read whole. */
  readonly slice: number;
  readonly sql: string;
  /** What the rows that it gives are of. */
  readonly columns: readonly Pick<ManifestColumn, "name" | "encoding">[];
  /** How many columns stand before those and say where the row lies. */
  readonly places: 0 | 1 | 2;
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
  return `${ownRows(extent.table)} t`;
}

export interface Reading {
  readonly slicing: Slicing;
  /** Whether each row comes with its place, so that another reading can go on behind it. */
  readonly placed?: boolean;
  /** Whether rows come in the order of their places, whatever way leads to them. Of plain tables. */
  readonly inOrder?: boolean;
  /** What an earlier reading has given of a slice: its rows up to those places, or all. */
  readonly given?: ReadonlyMap<number, readonly RowPlace[] | "all">;
}

/**
 * The COPY statements of an extent.
 *
 * Rows come as COPY text, and become lines in Node (codec/line-writer.ts): the server's own `row_to_json` takes
 * twice as long as its output functions do, and every value would have to be cast to text for it.
 */
export function copyJobs(extent: Extent, { slicing, placed, inOrder, given }: Reading): Job[] {
  const columns = extent.carried.map((name) => columnOf(extent, name));
  const lines = columns.map(({ column, secretPaths }) => lineExpression(column, "t", secretPaths));
  const places = placed ? PLACES[extent.table.kind] : [];
  const list = [...places, ...lines].join(", ");
  const from = fromExtent(extent);
  return sliceConditions(slicing).flatMap((part, slice): Job[] => {
    const before = given?.get(slice);
    if (before === "all") return [];
    const rows = `(${extent.condition})${part}${before === undefined ? "" : ` AND ${beyond(before)}`}`;
    const where = inOrder ? `t.ctid = ANY (ARRAY(SELECT t.ctid FROM ${from} WHERE ${rows}))` : rows;
    return [
      {
        extent,
        slicing,
        slice,
        sql: `COPY (SELECT ${list} FROM ${from} WHERE ${where}) TO STDOUT WITH (FORMAT text, ENCODING 'UTF8')`,
        columns: columns.map(({ column }) => ({ name: column.name, encoding: columnEncoding(column) })),
        places: places.length as Job["places"],
      },
    ];
  });
}

/** How many of a slice's rows lie up to those places (`count`). */
export function countUpTo(
  extent: Extent,
  slicing: Slicing,
  slice: number,
  places: readonly RowPlace[],
): string {
  const part = sliceConditions(slicing)[slice];
  return `SELECT count(*) AS count FROM ${fromExtent(extent)} WHERE (${extent.condition})${part} AND ${upTo(places)}`;
}

/** Rows of a partition tree have a place in their partition. A foreign table's say nothing. */
const PLACES: Readonly<Record<Table["kind"], readonly string[]>> = {
  table: ["t.ctid"],
  partition: ["t.ctid"],
  partitioned: ["t.tableoid", "t.ctid"],
  foreign: [],
};

function columnOf(extent: Extent, name: string): { column: Column; secretPaths: readonly string[] } {
  const column = extent.table.columns.find((candidate) => candidate.name === name)!;
  const model = extent.modelTable.columns.find((candidate) => candidate.name === name)!;
  return { column, secretPaths: model.secretPaths };
}

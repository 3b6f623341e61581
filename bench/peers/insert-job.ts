/** What the batched INSERT is told of each table; the model says which ids change and where. */
import { qualifiedColumn, quoteIdentifier, quoteQualified } from "../../lib/postgres/identifiers.ts";
import type { Extent } from "../../lib/rows/export/jobs.ts";
import { idSource } from "../../lib/tenancy/id-sources.ts";
import type { FreshId, TenancyModel } from "../../lib/tenancy/model.ts";
import { linesFile, storedColumns } from "./copy-load.ts";

export interface InsertJob {
  readonly url: string;
  readonly tables: readonly InsertTable[];
}

export interface Inserted {
  readonly rows: number;
}

/** All names are quoted for SQL. */
export interface InsertTable {
  readonly name: string;
  readonly columns: readonly InsertColumn[];
  /** Rows as JSON Lines, every value as text. */
  readonly file: string;
}

export interface InsertColumn {
  readonly name: string;
  /** What a line's object calls it: the bare name. */
  readonly member: string;
  readonly type: string;
  /** The column where this id is made, by qualified name; null where the value stays. */
  readonly source: string | null;
  /** How it is made, where that is here. */
  readonly fresh: FreshId | null;
  /** Points at a row that comes later: inserted as NULL, updated at the end. */
  readonly later: boolean;
}

export function insertTables(model: TenancyModel, extents: readonly Extent[], folder: string): InsertTable[] {
  return extents.map((extent) => {
    const { id, schema, name } = extent.modelTable;
    const columns = storedColumns(extent).map((column): InsertColumn => {
      const own = extent.modelTable.columns.find((candidate) => candidate.name === column)!.fresh;
      const root = idSource(model, id, column);
      const source = root !== null && model.loadOrder.includes(root.table) ? root : null;
      return {
        name: quoteIdentifier(column),
        member: column,
        type: extent.table.columns.find((candidate) => candidate.name === column)!.type,
        source: source === null ? null : qualifiedColumn(source.table, source.column),
        fresh: source?.table === id && source.column === column ? own : null,
        later: pointsAhead(model, id, column),
      };
    });
    return { name: quoteQualified(schema, name), columns, file: linesFile(folder, extent) };
  });
}

function pointsAhead(model: TenancyModel, table: string, column: string): boolean {
  const place = (id: string) => model.loadOrder.indexOf(id);
  return model.references.some(
    ({ foreignKey, from, to }) =>
      foreignKey !== null &&
      from.table === table &&
      from.columns.includes(column) &&
      from.columns.length === 1 &&
      place(to.table) >= place(table),
  );
}

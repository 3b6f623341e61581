/** Pointers of rows that stayed, which a delete has set to NULL: set back where they are still NULL, and to what they were. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { quoteColumns, quoteQualified } from "../../postgres/identifiers.ts";
import { onlyOf } from "./doomed-tables.ts";
import type { NulledPointer } from "./erasure.ts";

export interface RestoredPointers {
  /** By table: how many rows were written. */
  readonly updated: ReadonlyMap<string, number>;
  /** Rows that are gone, or whose column holds something else by now, and columns that are no more. */
  readonly left: number;
}

/** Inside the caller's transaction. Names are those of the catalog, or nothing is written. */
export async function restorePointers(
  client: pg.ClientBase,
  { tables }: Pick<Catalog, "tables">,
  nulled: readonly NulledPointer[],
): Promise<RestoredPointers> {
  const updated = new Map<string, number>();
  let written = 0;
  const alike = Map.groupBy(nulled, ({ table, keyColumns, columns }) =>
    JSON.stringify([table, keyColumns, columns]),
  );
  for (const pointers of alike.values()) {
    const { table: id, keyColumns, columns } = pointers[0]!;
    const table = tables.get(id);
    const typeOf = (name: string) => table?.columns.find((column) => column.name === name)?.type;
    if (table === undefined || [...keyColumns, ...columns].some((name) => typeOf(name) === undefined))
      continue;
    const names = [...keyColumns.map((_, at) => `k${at}`), ...columns.map((_, at) => `w${at}`)];
    const set = columns.map((name, at) => `${quoteColumns([name])} = v.w${at}::${typeOf(name)}`);
    const same = keyColumns.map((name, at) => `${quoteColumns([name], "f")} = v.k${at}::${typeOf(name)}`);
    const isNull = columns.map((name) => `num_nulls(${quoteColumns([name], "f")}) = 1`);
    const values = [
      ...keyColumns.map((_, at) => pointers.map(({ key }) => key[at])),
      ...columns.map((_, at) => pointers.map(({ was }) => was[at])),
    ];
    const { rowCount } = await client.query(
      `UPDATE ${onlyOf(table)}${quoteQualified(table.schema, table.name)} f SET ${set.join(", ")}
         FROM unnest(${names.map((_, at) => `$${at + 1}::text[]`).join(", ")}) v(${names.join(", ")})
        WHERE ${[...same, ...isNull].join(" AND ")}`,
      values,
    );
    written += rowCount ?? 0;
    if ((rowCount ?? 0) > 0) updated.set(id, (updated.get(id) ?? 0) + rowCount!);
  }
  return { updated, left: nulled.length - written };
}

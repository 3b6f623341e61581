/**
 * Tables that point at each other in a circle, loaded while foreign keys are checked (`triggers: on`). No order
 * works for them; one statement does: its checks run when it ends (PostgreSQL documentation, 39.1 Overview of
 * Trigger Behavior: AFTER triggers of data-modifying WITH fire at the end of the outermost statement). So their
 * rows wait in temporary tables until all of them are there. A table that points at itself needs none of this:
 * one COPY is one statement.
 */
import type pg from "pg";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { quoteColumns, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";

export interface CyclicLoad {
  /** Whether the table's rows have to wait. */
  waits(table: string): boolean;
  /** Makes the waiting place and gives its name in SQL. */
  prepare(table: string, columns: readonly string[]): Promise<string>;
  /** To be called when a table is complete: inserts its circle when it was the last one of it. */
  complete(table: string): Promise<void>;
}

/** @param cycles the model's, or none where the replica role checks nothing */
export function createCyclicLoad(
  client: pg.ClientBase,
  catalog: Catalog,
  cycles: readonly (readonly string[])[],
): CyclicLoad {
  const waiting = new Map<
    string,
    { readonly place: string; readonly columns: readonly string[]; done: boolean }
  >();
  const cycleOf = (table: string) => cycles.find((cycle) => cycle.includes(table));
  return {
    waits: (table) => cycleOf(table) !== undefined,
    async prepare(table, columns) {
      const { schema, name } = catalog.tables.get(table)!;
      const place = `pg_temp.${quoteIdentifier(`tenantry_waiting_${waiting.size + 1}`)}`;
      // AS, not LIKE: no constraint, default or generation may look at a row before its real table does.
      await client.query(
        `CREATE TEMPORARY TABLE ${place} ON COMMIT DROP AS SELECT ${quoteColumns(columns)} FROM ${quoteQualified(schema, name)} WHERE false`,
      );
      waiting.set(table, { place, columns, done: false });
      return place;
    },
    async complete(table) {
      waiting.get(table)!.done = true;
      const cycle = cycleOf(table)!;
      if (!cycle.every((member) => waiting.get(member)?.done)) return;
      await client.query(
        insertTogether(
          cycle.map((member) => ({ table: catalog.tables.get(member)!, ...waiting.get(member)! })),
        ),
      );
    },
  };
}

function insertTogether(
  members: readonly { readonly table: Table; readonly place: string; readonly columns: readonly string[] }[],
): string {
  const inserts = members.map(
    ({ table, place, columns }, index) =>
      `w${index} AS (INSERT INTO ${quoteQualified(table.schema, table.name)} (${quoteColumns(columns)}) OVERRIDING SYSTEM VALUE
                     SELECT ${quoteColumns(columns)} FROM ${place})`,
  );
  return `WITH ${inserts.join(",\n")}\nSELECT`;
}

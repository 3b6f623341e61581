/** Foreign keys into the tenant's rows that no index of the child serves: each deleted row reads the child whole. Pure. */
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { quoteColumns, quoteQualified } from "../../postgres/identifiers.ts";
import { type Doomed, foreignKeysOf, rootId } from "./doomed-tables.ts";

/** Rows that a millisecond reads in sequence: 50 deletes over a million rows took 1,457 ms. */
const ROWS_A_MILLISECOND = 34_000;

/** All of it together may cost this much before it blocks. Milliseconds. */
const BEARABLE = 1_000;

/** Where a table was never analysed its size has to say how many rows it has. Bytes. */
const ROW = 60;

export function childIndexFindings(
  catalog: Catalog,
  doomed: readonly Doomed[],
  rows: ReadonlyMap<string, number>,
): Finding[] {
  const ids = new Set(doomed.map(({ table }) => table.id));
  return [...catalog.tables.values()]
    .filter(({ kind }) => kind !== "partition")
    .flatMap((child) =>
      foreignKeysOf(catalog, child)
        .filter((key) => !key.indexed && ids.has(rootId(catalog, key.table)))
        .flatMap((key): Finding[] => {
          const deletes = rows.get(rootId(catalog, key.table)) ?? 0;
          const read = child.estimatedRows ?? child.bytes / ROW;
          const milliseconds = (deletes * read) / ROWS_A_MILLISECOND;
          if (deletes === 0 || milliseconds < 1) return [];
          return [
            {
              code: "child-index-missing",
              severity: milliseconds > BEARABLE ? "blocks" : "notes",
              where: `${child.id} (${key.columns.join(", ")})`,
              count: deletes,
              what: `No index leads with these columns: for each of ${deletes} rows of ${key.table} that go, ${child.id} is read from one end to the other.`,
              todo: `CREATE INDEX CONCURRENTLY ON ${quoteQualified(child.schema, child.name)} (${quoteColumns(key.columns)});`,
            },
          ];
        }),
    );
}

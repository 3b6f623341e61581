/**
 * Plans for statements over rows that were loaded a moment ago. The planner's statistics know nothing of them: it
 * takes a tenant that it has never met for a handful of rows, and walks through millions by index, one by one.
 */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import type { TenancyModel } from "../../tenancy/model.ts";

/** A row looked up by an index in each parent costs about as much as reading this many rows in sequence. */
const ROWS_A_LOOKUP = 5;

/** From so many rows on tables are read in sequence, whatever suits the planner. */
const ROWS_READ_IN_SEQUENCE = 10_000;

/**
 * With fewer rows than this the server's parallel workers are left alone: each has to start and to map what it reads.
 * Tables of up to 80,000 rows were proved in 0.49 s without, in 0.55 s with one and in 0.68 s with two; those of 100,000
 * to 700,000 in 5.6 s, 4.9 s and 6.6 s.
 */
const ROWS_WORTH_A_WORKER = 100_000;

/**
 * A second one costs more than it gives where there are two processors: parallel hash joins wait for one another at each
 * of their steps, and what they share is memory mapped anew. Whoever has set a number of their own knows their processors.
 */
const ONE_WORKER = `
  SELECT set_config(name, '1', true) FROM pg_settings
   WHERE name = 'max_parallel_workers_per_gather' AND reset_val = boot_val`;

/** A hash of a million parents' keys; with less, children are written to disk and read again, batch by batch. */
const HASH_MEMORY = "'64MB'";

/**
 * Until the transaction's end or the next call: hash joins where `loaded` rows are a large share of all that
 * stand in the tables involved, read in sequence, whatever suits the planner where they are few among many. Measured at
 * a third: 0.8 s of processor time instead of 1.2 s for 200,000 rows. Nor are they sorted to be merged, which the planner
 * thinks cheap for a handful (1.0 s, hashed 0.8 s). A parallel worker of the server takes part from many
 * rows on: whole joins and sums, not single rows, go from one process to the other, as these costs tell the planner,
 * which shares out what is read in sequence only where it expects many rows of it.
 *
 * PostgreSQL documentation, 19.7.1 Planner Method Configuration and 19.7.2 Planner Cost Constants.
 */
export async function planForLoadedRows(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  table: string,
  loaded: number,
): Promise<void> {
  const parents = parentsOf(catalog, model, table);
  const standing = [...new Set([table, ...parents])]
    .map((id) => catalog.tables.get(id)?.estimatedRows ?? 0)
    .reduce((sum, rows) => sum + rows, 0);
  const lookups = loaded * Math.max(1, parents.length);
  const many = lookups * ROWS_A_LOOKUP >= standing;
  const inSequence = many && loaded >= ROWS_READ_IN_SEQUENCE;
  const worker = many && loaded >= ROWS_WORTH_A_WORKER;
  await client.query(
    `SET LOCAL enable_nestloop = ${many ? "off" : "on"}; SET LOCAL enable_mergejoin = ${many ? "off" : "on"};
     SET LOCAL enable_indexscan = ${inSequence ? "off" : "on"};
     SET LOCAL enable_bitmapscan = ${inSequence ? "off" : "on"};
     SET LOCAL work_mem = ${many ? HASH_MEMORY : "DEFAULT"};
     SET LOCAL parallel_setup_cost = ${worker ? "0" : "DEFAULT"};
     SET LOCAL parallel_tuple_cost = ${worker ? "1" : "DEFAULT"};
     SET LOCAL min_parallel_table_scan_size = ${worker ? "'1MB'" : "DEFAULT"};
     SET LOCAL max_parallel_workers_per_gather = ${many && !worker ? "0" : "DEFAULT"};${worker ? ONE_WORKER : ""}`,
  );
}

/**
 * Until the transaction's end or the next call: what meets a row is looked up by an index. There may be no other way but
 * to hold each row against each, where a constraint asks for more than equality.
 */
export async function planLookups(client: pg.ClientBase): Promise<void> {
  await client.query(
    "SET LOCAL enable_nestloop = on; SET LOCAL enable_mergejoin = on; SET LOCAL enable_indexscan = on; SET LOCAL enable_bitmapscan = on",
  );
}

/** The tables that one row of this one is looked up in: those on its way to the tenant, and those that it points at. */
function parentsOf(catalog: Catalog, model: TenancyModel, table: string): string[] {
  const hops = model.tables.get(table)?.path?.hops ?? [];
  const parents = catalog.tables.get(table)?.foreignKeys ?? [];
  return [...hops.map((hop) => hop.table), ...parents.map((key) => key.table)];
}

/** How many rows a statement would give, as the planner thinks: free of cost, and good to a factor. */
import type pg from "pg";
import { type Extent, fromExtent } from "./jobs.ts";

/** PostgreSQL documentation, 14.1 Using EXPLAIN. */
export async function estimateRows(
  client: pg.ClientBase,
  extents: readonly Extent[],
): Promise<Map<Extent, number>> {
  const estimates = new Map<Extent, number>();
  for (const extent of extents) {
    const { rows } = await client.query<{ "QUERY PLAN": { Plan: { "Plan Rows": number } }[] }>(
      `EXPLAIN (FORMAT JSON) SELECT FROM ${fromExtent(extent)} WHERE ${extent.condition}`,
    );
    estimates.set(extent, Math.round(rows[0]!["QUERY PLAN"][0]!.Plan["Plan Rows"]));
  }
  return estimates;
}

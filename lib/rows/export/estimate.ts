/** How many rows a statement would give, as the planner thinks: free of cost, and good to a factor. */
import type pg from "pg";
import { type Extent, fromExtent } from "./jobs.ts";

export interface Estimate {
  /** Of the tenant's. */
  readonly rows: number;
  /** How many pages the table has, where all of them would be read; 0 where rows are looked up by an index. */
  readonly pages: number;
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Plan Rows": number;
  readonly Alias?: string;
  readonly Plans?: readonly PlanNode[];
}

/** PostgreSQL documentation, 14.1 Using EXPLAIN. One message for all tables. */
export async function estimateRows(
  client: pg.ClientBase,
  extents: readonly Extent[],
): Promise<Map<Extent, Estimate>> {
  if (extents.length === 0) return new Map();
  const statements = extents.map(
    (extent) => `EXPLAIN (FORMAT JSON) SELECT FROM ${fromExtent(extent)} WHERE ${extent.condition}`,
  );
  const oids = extents.map((extent) => extent.table.oid).join(", ");
  const sizes = `
    SELECT oid::int8::text AS oid, (pg_relation_size(oid) / current_setting('block_size')::int)::float8 AS pages
      FROM unnest(ARRAY[${oids}]::oid[]) oid`;
  // The types of `pg` do not know that several statements have several results.
  const results = (await client.query([sizes, ...statements].join(";\n"))) as unknown as pg.QueryResult[];
  const sized = results[0]!.rows as { oid: string; pages: number | null }[];
  const pages = new Map(sized.map((row) => [row.oid, row.pages]));
  const estimates = extents.map((extent, at): [Extent, Estimate] => {
    const plan: PlanNode = results[at + 1]!.rows[0]["QUERY PLAN"][0].Plan;
    const wholeTable = extent.table.kind === "table" && scanOf(plan)?.["Node Type"] === "Seq Scan";
    const rows = Math.round(plan["Plan Rows"]);
    return [extent, { rows, pages: wholeTable ? (pages.get(String(extent.table.oid)) ?? 0) : 0 }];
  });
  return new Map(estimates);
}

/** How the table itself is read; the conditions' own tables have other aliases. */
function scanOf(node: PlanNode): PlanNode | undefined {
  if (node.Alias === "t") return node;
  return node.Plans?.map(scanOf).find((found) => found !== undefined);
}

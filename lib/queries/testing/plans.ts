/** Looking at how Postgres would answer a query of the read side. */
import type { SQLWrapper } from "drizzle-orm";
import { sql } from "drizzle-orm";
import type { Records } from "../../records/client.ts";

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly Plans?: readonly PlanNode[];
}

export interface PlanFacts {
  readonly indexes: readonly string[];
  /** Tables that are read from their first page to their last. */
  readonly scanned: readonly string[];
}

/** The indexes that a query uses, and the tables that it reads as a whole. */
export async function explain(records: Records, query: SQLWrapper): Promise<PlanFacts> {
  const { rows } = await records.execute(sql`EXPLAIN (FORMAT JSON) ${query}`);
  const [{ Plan }] = (rows[0] as { "QUERY PLAN": [{ Plan: PlanNode }] })["QUERY PLAN"];
  const nodes = flatten(Plan);
  return {
    indexes: nodes.flatMap((node) => node["Index Name"] ?? []),
    scanned: nodes.flatMap((node) => (node["Node Type"] === "Seq Scan" ? (node["Relation Name"] ?? []) : [])),
  };
}

function flatten(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}

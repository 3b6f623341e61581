/** The statements that a piece of work sends to the records, and what Postgres does to answer each. */
import type pg from "pg";
import type { Records } from "../../records/client.ts";

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Remembers every statement of this pool's connections from now on. To be called before the first one is open. */
export function recordStatements({ pool }: Records): {
  during(work: () => Promise<unknown>): Promise<readonly Statement[]>;
} {
  let statements: Statement[] = [];
  pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((first: string | pg.QueryConfig, ...rest: unknown[]) => {
      const { text, values } = typeof first === "string" ? { text: first, values: undefined } : first;
      const given = Array.isArray(rest[0]) ? (rest[0] as unknown[]) : values;
      statements.push({ text, values: given ?? [] });
      return query(first, ...rest);
    }) as typeof client.query;
  });
  return {
    async during(work) {
      statements = [];
      await work();
      return statements;
    },
  };
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Loops": number;
  readonly "Actual Rows": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly PlanNode[];
}

export interface Reading {
  readonly table: string;
  /** Rows that were looked at without an index that leads to them, or that are no part of the answer. */
  readonly inVain: number;
}

/** Does it, in a transaction that is rolled back, and says which tables were read and how. */
export async function readingsOf(
  client: pg.Client,
  { text, values }: Statement,
): Promise<readonly Reading[]> {
  await client.query("BEGIN");
  try {
    const { rows } = await client.query(`EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`, [...values]);
    return flatten((rows[0] as { "QUERY PLAN": [{ Plan: PlanNode }] })["QUERY PLAN"][0].Plan).flatMap(
      (node) => {
        const table = node["Relation Name"];
        if (table === undefined) return [];
        const removed = (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
        const unled = node["Node Type"] === "Seq Scan" ? node["Actual Rows"] : 0;
        return [{ table, inVain: (removed + unled) * node["Actual Loops"] }];
      },
    );
  } finally {
    await client.query("ROLLBACK");
  }
}

function flatten(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}

/** Rewrite rules, which turn one statement into another before anything is counted. */
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";

/** PostgreSQL documentation, 39.4 Rules on INSERT, UPDATE, and DELETE; `ev_type` 2 and 4 are UPDATE and DELETE. */
const RULES = `
  SELECT n.nspname AS schema, c.relname AS name, r.rulename AS rule
    FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid = ANY ($1::oid[]) AND r.ev_enabled IN ('O', 'A') AND r.ev_type = ANY ($2::"char"[])
   ORDER BY 1, 2, 3`;

/** @param deleted oids of tables whose rows go; @param updated of those where a column becomes NULL */
export async function ruleFindings(
  client: pg.ClientBase,
  deleted: readonly number[],
  updated: readonly number[],
): Promise<Finding[]> {
  const found = new Map<string, Finding>();
  for (const [oids, event, verb] of [
    [deleted, "4", "DELETE"],
    [updated, "2", "UPDATE"],
  ] as const) {
    const { rows } = await client.query<{ schema: string; name: string; rule: string }>(RULES, [
      oids,
      [event],
    ]);
    for (const { schema, name, rule } of rows) {
      const where = `${qualifiedName(schema, name)} (${rule})`;
      found.set(where, {
        code: "rule-on-delete",
        severity: "blocks",
        where,
        what: `A rule of the platform turns each ${verb} on the table into something else, or adds to it.`,
        todo: "Replace the rule by a trigger, or disable it while the tenant is deleted.",
      });
    }
  }
  return [...found.values()];
}

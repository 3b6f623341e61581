/**
 * Rights of a role that is not the owner of the records. The triggers refuse changes of the audit trail to everybody,
 * but an owner can drop a trigger; web and worker that connect as another role cannot, and lack the rights besides.
 */
import type pg from "pg";
import { quoteIdentifier, quoteQualified } from "../postgres/identifiers.ts";

/** Tables whose rows are only ever added. */
const APPEND_ONLY = new Set(["audit_entries", "audit_links", "operation_events"]);

const TABLES = `
  SELECT c.relname AS name
  FROM pg_catalog.pg_class AS c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  ORDER BY 1`;

/** Gives `role` what web and worker need, and takes back what an earlier version gave too much. Run by the owner. */
export async function grantRecords(client: pg.ClientBase, role: string): Promise<void> {
  const to = quoteIdentifier(role);
  const { rows } = await client.query<{ name: string }>(TABLES);
  const statements = [`GRANT USAGE ON SCHEMA public, drizzle TO ${to}`];
  for (const { name } of rows) {
    const table = quoteQualified("public", name);
    const rights = APPEND_ONLY.has(name) ? "SELECT, INSERT" : "SELECT, INSERT, UPDATE, DELETE";
    statements.push(`REVOKE ALL ON ${table} FROM ${to}`, `GRANT ${rights} ON ${table} TO ${to}`);
  }
  statements.push(
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${to}`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA drizzle TO ${to}`,
  );
  await client.query("BEGIN");
  try {
    for (const statement of statements) await client.query(statement);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

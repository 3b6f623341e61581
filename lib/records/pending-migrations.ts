/**
 * Which of this version's migrations the records still lack. Apart from what runs them: the web asks it from inside
 * its build, where a module has no folder of its own and the journal comes along as a module.
 */
import journal from "../../drizzle/meta/_journal.json" with { type: "json" };
import { qualifiedName, quoteQualified } from "../postgres/identifiers.ts";
import type { Records } from "./client.ts";

/** Where the migrations that have run are noted, in the records themselves. */
export const MIGRATIONS = { schema: "drizzle", table: "migrations" } as const;

/** How many of this version's migrations the records still lack: readiness asks. */
export async function countPendingMigrations(records: Records): Promise<number> {
  const { schema, table } = MIGRATIONS;
  const { rows } = await records.pool.query<{ there: boolean }>(
    "SELECT to_regclass($1) IS NOT NULL AS there",
    [qualifiedName(schema, table)],
  );
  if (!rows[0]!.there) return journal.entries.length;
  const applied = await records.pool.query<{ last: string | null }>(
    `SELECT max(created_at) AS last FROM ${quoteQualified(schema, table)}`,
  );
  const last = Number(applied.rows[0]!.last ?? 0);
  return journal.entries.filter((entry) => entry.when > last).length;
}

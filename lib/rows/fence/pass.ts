/** Writing behind a fence: whoever owns it, and has the epoch that is on it now. */
import type pg from "pg";
import { describeDatabaseError } from "../../postgres/database-error.ts";
import { markOf, PASSED } from "./statements.ts";

/**
 * For the rest of the transaction, this session may write behind the fence: only its owner's, and only this epoch's. It
 * is asked once: until the transaction's end the fence's row is held, and nobody raises the epoch.
 *
 * @returns whether it may; where not, the fence refuses its writes like anybody's, and says which of the two it was
 */
export async function passFence(
  client: pg.ClientBase,
  tenantKey: string,
  epoch: string,
): Promise<"passed" | "taken over" | "not held"> {
  const { rows } = await client
    .query<{ mine: boolean }>(PASS, [tenantKey, epoch, markOf(tenantKey)])
    .catch((error: unknown) => {
      // undefined_table, invalid_schema_name: the last fence takes the schema with it.
      const { sqlstate } = describeDatabaseError(error);
      if (sqlstate === "42P01" || sqlstate === "3F000") return { rows: [] };
      throw error;
    });
  if (rows[0] === undefined) return "not held";
  return rows[0].mine ? "passed" : "taken over";
}

/** `tenantry.epoch` is what the fence's functions ask for, of what no WHEN answers: a TRUNCATE, and fences put up before. */
const PASS = `
  WITH f AS MATERIALIZED (
    SELECT epoch = $2::bigint AND owner = session_user AS mine FROM tenantry.fence
     WHERE tenant = $1 AND state = 'held' FOR SHARE)
  SELECT mine, CASE WHEN mine THEN set_config('tenantry.epoch', $2::text, true) END,
         CASE WHEN mine THEN set_config('${PASSED}', $3, true) END FROM f`;

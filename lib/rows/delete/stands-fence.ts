/** Whether a fence's triggers are all there and fire: its own word for it, a row, says only that they once were. */
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { markOf } from "../fence/statements.ts";

/** INSERT, UPDATE, DELETE and TRUNCATE (fence/statements.ts), enabled ALWAYS: the replica role is held as well. */
const STANDING = `
  SELECT want.schema || '.' || want.name AS "table", there.triggers::int AS triggers
    FROM unnest($1::text[], $2::text[]) want(schema, name),
         LATERAL (SELECT count(*) AS triggers, count(*) FILTER (WHERE g.tgenabled = 'A') AS firing
                    FROM pg_catalog.pg_trigger g
                    JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
                   WHERE n.nspname = want.schema AND c.relname = want.name AND pn.nspname = 'tenantry'
                     AND starts_with(g.tgname, $3)) there
   WHERE there.firing <> 4
   ORDER BY 1`;

/**
 * Null where it stands on every table whose rows travel.
 *
 * @param begun whether rows of the tenant are gone already: then no other bundle can be made
 */
export async function standsFence(
  client: pg.ClientBase,
  model: TenancyModel,
  tenantKey: string,
  begun: boolean,
): Promise<Finding | null> {
  const tables = model.loadOrder.map((id) => model.tables.get(id)!);
  const { rows } = await client.query<{ table: string; triggers: number }>(STANDING, [
    tables.map(({ schema }) => schema),
    tables.map(({ name }) => name),
    `tenantry_fence_${markOf(tenantKey)}_`,
  ]);
  const [open] = rows;
  if (open === undefined) return null;
  const newcomer = rows.find(({ triggers }) => triggers === 0);
  if (newcomer !== undefined)
    return {
      code: "table-not-fenced",
      severity: "blocks",
      where: newcomer.table,
      count: rows.length,
      what: "It may hold rows of the tenant's and has no trigger of the fence: most likely a migration has made it since the fence was put up.",
      todo: begun
        ? "What is deleted stays deleted and is in the bundle. Take the new table away again while this tenant is being deleted, then resume; or take it away, abort and restore the missing part. Migrate afterwards."
        : "Take the fence down and put it up again, so that it holds the new table too, export the tenant once more, and plan the delete with that bundle.",
    };
  return {
    code: "fence-damaged",
    severity: "blocks",
    where: open.table,
    count: rows.length,
    what: "The fence's triggers on it are not all there, or do not fire: rows could have been written past it.",
    todo: "Take the fence down and put it up again, export the tenant once more, and plan the delete with that bundle.",
  };
}

import type pg from "pg";
import { IN_USER_SCHEMA } from "./user-schemas.ts";

export interface TriggerRow {
  table_oid: number;
  name: string;
  enabled: "O" | "D" | "R" | "A";
  /** Bits of `tgtype`, catalog/pg_trigger.h in the server's source. */
  type: number;
  function_schema: string;
  function: string;
  definition: string;
  makes: string[];
}

/**
 * What a function makes is read off its text, as it was written: one that calls another is not followed.
 *
 * Internal triggers carry out constraints; a partition's clone has `tgparentid`. Triggers that call into the
 * schema `tenantry` are our own fence.
 */
const TRIGGERS = `
  SELECT g.tgrelid AS table_oid, g.tgname AS name, g.tgenabled AS enabled, g.tgtype::int AS type,
         pn.nspname AS function_schema, p.proname AS "function",
         coalesce(pg_catalog.pg_get_triggerdef(g.oid), '') AS definition,
         ARRAY(SELECT DISTINCT upper(pg_catalog.regexp_replace(m.word[1], '\\s+', ' ', 'g'))
                 FROM pg_catalog.regexp_matches(p.prosrc,
                        '\\m(create\\s+(?:sequence|schema|table|materialized\\s+view|view|role|user|policy|database))\\M', 'gi') m(word)
                ORDER BY 1) AS makes
    FROM pg_catalog.pg_trigger g
    JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
    JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
   WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND pn.nspname <> 'tenantry'
     AND c.relkind IN ('r', 'p', 'f') AND ${IN_USER_SCHEMA}
   ORDER BY g.tgrelid, g.tgname`;

export async function readTriggers(client: pg.ClientBase): Promise<TriggerRow[]> {
  return (await client.query<TriggerRow>(TRIGGERS)).rows;
}

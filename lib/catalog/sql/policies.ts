import type pg from "pg";
import { IN_USER_SCHEMA } from "./user-schemas.ts";

export interface PolicyRow {
  table_oid: number;
  name: string;
  permissive: boolean;
  command: "r" | "a" | "w" | "d" | "*";
  roles: string[];
  using: string | null;
  check: string | null;
}

/** Role 0 is PUBLIC (pg_policy, 52.38). */
const POLICIES = `
  SELECT p.polrelid AS table_oid, p.polname AS name, p.polpermissive AS permissive, p.polcmd AS command,
         ARRAY(SELECT CASE role WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(role)::text END
                 FROM pg_catalog.unnest(p.polroles) role ORDER BY 1) AS roles,
         pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS "using",
         pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS "check"
    FROM pg_catalog.pg_policy p
    JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE ${IN_USER_SCHEMA}
   ORDER BY p.polrelid, p.polname`;

export async function readPolicies(client: pg.ClientBase): Promise<PolicyRow[]> {
  return (await client.query<PolicyRow>(POLICIES)).rows;
}

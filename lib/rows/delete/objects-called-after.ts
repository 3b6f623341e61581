/** Objects that bear a tenant's name: a trigger or the application may have made them for it. They are shown, never dropped. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import type { Tenant } from "../tenant.ts";

/**
 * Sequences, views and tables that the model does not know, functions, types, schemas, publications and roles; PostgreSQL
 * documentation, 51.11 pg_class. What an extension has brought is the extension's.
 */
const OBJECTS = `
  SELECT kind, name FROM (
    SELECT CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END AS kind,
           n.nspname || '.' || c.relname AS name, c.relname AS last, c.oid
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('S', 'v', 'm', 'r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'tenantry')
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
    UNION ALL
    SELECT 'function', n.nspname || '.' || p.proname, p.proname, 0
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'tenantry')
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 'type', n.nspname || '.' || t.typname, t.typname, 0
      FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
     WHERE (t.typtype IN ('d', 'e', 'r') OR c.relkind = 'c') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'tenantry')
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
    UNION ALL SELECT 'publication', pubname, pubname, 0 FROM pg_catalog.pg_publication
    UNION ALL SELECT 'schema', nspname, nspname, 0 FROM pg_catalog.pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
    UNION ALL SELECT 'role', rolname, rolname, 0 FROM pg_catalog.pg_roles WHERE rolname NOT LIKE 'pg\\_%') named
   WHERE NOT oid = ANY ($2::oid[])
     AND EXISTS (SELECT FROM unnest($1::text[]) word
                  WHERE strpos(' ' || regexp_replace(lower(last), '[^a-z0-9]+', ' ', 'g') || ' ', ' ' || word || ' ') > 0)
   ORDER BY 1, 2 LIMIT 1000`;

/** By the key and the slug as words of their names: `org_5_numbers`, `app_acme`; a uuid also without its hyphens. */
export async function objectsCalledAfter(
  client: pg.ClientBase,
  { tables }: Pick<Catalog, "tables">,
  { key, slug }: Pick<Tenant, "key" | "slug">,
): Promise<{ kind: string; name: string }[]> {
  const words = [key, key.replaceAll("-", ""), ...(slug === null ? [] : [slug])]
    .map((word) =>
      word
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, " ")
        .trim(),
    )
    .filter((word) => word !== "");
  const known = [...tables.values()].map(({ oid }) => oid);
  return (await client.query<{ kind: string; name: string }>(OBJECTS, [words, known])).rows;
}

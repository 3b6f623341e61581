/** Statements for functions, views, triggers and policies of a schema: `$1` is its name. */
import { madeByHand } from "./of-extension.ts";
import { IS_PLAIN_RANGE } from "./types.ts";

/** pg_get_functiondef qualifies the function's own name always; that one place is made bare. */
const routines = (late: boolean) => `
  SELECT 'function ' || p.proname AS object,
         pg_catalog.regexp_replace(pg_catalog.pg_get_functiondef(p.oid), '^(CREATE OR REPLACE (?:FUNCTION|PROCEDURE) )'
           || pg_catalog.regexp_replace(pg_catalog.quote_ident($1), '([^a-zA-Z0-9_])', '\\\\\\1', 'g') || '\\.', '\\1') AS sql
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
   WHERE n.nspname = $1 AND p.prokind IN ('f', 'p') AND ${madeByHand("p.oid", "pg_proc")} AND ${late ? "" : "NOT "}EXISTS (
           SELECT FROM pg_catalog.pg_depend d LEFT JOIN pg_catalog.pg_type t ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = d.refobjid
             LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
            WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
              AND (d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass OR c.relkind IN ('r', 'p', 'v', 'm')))
   ORDER BY p.oid`;

export const ROUTINES = routines(false);
/** Those that speak of a table's own type, or whose body the server has bound to tables. */
export const LATE_FUNCTIONS = routines(true);

/** A materialised view is filled by its next REFRESH: no row of it is copied, and none computed from empty tables. */
export const VIEWS = `
  SELECT CASE c.relkind WHEN 'v' THEN 'view ' ELSE 'materialised view ' END || c.relname AS object,
         pg_catalog.format('CREATE %sVIEW %I%s AS %s%s', CASE c.relkind WHEN 'v' THEN '' ELSE 'MATERIALIZED ' END, c.relname,
           ' WITH (' || pg_catalog.array_to_string(c.reloptions, ', ') || ')', pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid, true), ';'),
           CASE c.relkind WHEN 'm' THEN ' WITH NO DATA' END) AS sql
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relkind IN ('v', 'm') AND ${madeByHand("c.oid", "pg_class")}
   ORDER BY c.oid`;

export const TRIGGERS = `
  SELECT * FROM (
    SELECT 'trigger ' || g.tgname || ' of ' || c.relname AS object, pg_catalog.pg_get_triggerdef(g.oid, true) AS sql
      FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
     WHERE n.nspname = $1 AND NOT g.tgisinternal AND g.tgparentid = 0 AND pn.nspname <> 'tenantry'
     ORDER BY c.relname, g.tgname) made
  UNION ALL
  SELECT * FROM (
    SELECT 'trigger ' || g.tgname || ' of ' || c.relname,
           pg_catalog.format('ALTER TABLE %I %s TRIGGER %I', c.relname,
             CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, g.tgname)
      FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
     WHERE n.nspname = $1 AND NOT g.tgisinternal AND g.tgparentid = 0 AND pn.nspname <> 'tenantry' AND g.tgenabled <> 'O') enabled`;

export const POLICIES = `
  SELECT 'row security of ' || c.relname AS object,
         pg_catalog.format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY%s', c.relname, CASE WHEN c.relforcerowsecurity THEN ', FORCE ROW LEVEL SECURITY' END) AS sql
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND c.relrowsecurity
  UNION ALL
  SELECT 'policy ' || p.polname || ' of ' || c.relname,
         pg_catalog.format('CREATE POLICY %I ON %I AS %s FOR %s TO %s%s%s', p.polname, c.relname,
           CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
           CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
           (SELECT pg_catalog.string_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(role)) END, ', ') FROM pg_catalog.unnest(p.polroles) role),
           ' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')',
           ' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')')
    FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1`;

/** Kinds of object that nobody has needed in a tenant's schema yet; they are named, never left out in silence. */
export const UNCOPIED = `
  SELECT CASE p.prokind WHEN 'a' THEN 'aggregate ' ELSE 'window function ' END || p.proname AS object
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
   WHERE n.nspname = $1 AND p.prokind IN ('a', 'w') AND ${madeByHand("p.oid", "pg_proc")}
  UNION ALL
  SELECT CASE t.typtype WHEN 'r' THEN 'range type ' ELSE 'base type ' END || t.typname
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
   WHERE n.nspname = $1 AND ((t.typtype = 'b' AND t.typelem = 0)
           OR (t.typtype = 'r' AND NOT EXISTS (SELECT FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid AND ${IS_PLAIN_RANGE}))) AND ${madeByHand("t.oid", "pg_type")}
  UNION ALL
  SELECT 'rule ' || r.rulename || ' of ' || c.relname
    FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND r.rulename <> '_RETURN'
  UNION ALL
  SELECT 'foreign table ' || c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relkind = 'f' AND ${madeByHand("c.oid", "pg_class")}
  UNION ALL
  SELECT 'operator ' || o.oprname FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
   WHERE n.nspname = $1 AND ${madeByHand("o.oid", "pg_operator")}
  UNION ALL
  SELECT 'extension ' || e.extname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE n.nspname = $1
   ORDER BY 1`;

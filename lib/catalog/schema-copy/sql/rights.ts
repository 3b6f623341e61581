/** Statements for who owns and who may use what is in a schema: `$1` is its name. They name the schema nowhere. */

const RELATIONS = `
    SELECT c.relname AS name, c.relowner AS owner, c.relacl AS acl,
           CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS kind,
           CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS grant_kind, pg_catalog.quote_ident(c.relname) AS sql_name
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                          AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
    UNION ALL
    SELECT p.proname, p.proowner, p.proacl, 'ROUTINE', 'ROUTINE', p.oid::pg_catalog.regprocedure::text
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = $1 AND p.prokind IN ('f', 'p')`;

/** Only what belongs to somebody else than the role that makes the copy. */
export const OWNERS = `
  SELECT 'owner of ' || r.name AS object,
         pg_catalog.format('ALTER %s %s OWNER TO %I', r.kind, r.sql_name, pg_catalog.pg_get_userbyid(r.owner)) AS sql
    FROM (${RELATIONS}) r WHERE pg_catalog.pg_get_userbyid(r.owner) <> current_user`;

/** Who may use the schema itself, and who owns it. Roles are quoted for SQL. */
export const SCHEMA_RIGHTS = `
  SELECT CASE WHEN pg_catalog.pg_get_userbyid(n.nspowner) <> current_user
              THEN pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(n.nspowner)) END AS owner,
         ARRAY(SELECT a.privilege_type || ' TO ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END
                 FROM pg_catalog.aclexplode(n.nspacl) a WHERE a.grantee <> n.nspowner) AS grants
    FROM pg_catalog.pg_namespace n WHERE n.nspname = $1`;

/** What the owner has anyway is left out. */
export const PRIVILEGES = `
  SELECT 'privileges on ' || r.name AS object,
         pg_catalog.format('GRANT %s ON %s %s TO %s%s', a.privilege_type, r.grant_kind, r.sql_name,
           CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END,
           CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS sql
    FROM (${RELATIONS}) r, pg_catalog.aclexplode(r.acl) a
   WHERE a.grantee <> r.owner`;

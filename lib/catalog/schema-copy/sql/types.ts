/** Statements for collations and types of a schema: `$1` is its name. Types that tables and arrays bring are left out. */
import { madeByHand } from "./of-extension.ts";

/** Where the locale stands is another column before 17, and before 15 (PostgreSQL documentation, 53.12 pg_collation). */
export const COLLATIONS = `
  SELECT 'collation ' || o.collname AS object,
         pg_catalog.format('CREATE COLLATION %I (provider = %s, %s, deterministic = %s%s)', o.collname,
           CASE o.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
           CASE o.collprovider WHEN 'c' THEN pg_catalog.format('lc_collate = %L, lc_ctype = %L', o.collcollate, o.collctype)
             ELSE pg_catalog.format('locale = %L', COALESCE(j.o ->> 'colllocale', j.o ->> 'colliculocale', o.collcollate::text)) END,
           CASE WHEN o.collisdeterministic THEN 'true' ELSE 'false' END,
           CASE WHEN j.o ->> 'collicurules' IS NULL THEN '' ELSE pg_catalog.format(', rules = %L', j.o ->> 'collicurules') END) AS sql
    FROM pg_catalog.pg_collation o
    CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(o) AS o) j
    JOIN pg_catalog.pg_namespace n ON n.oid = o.collnamespace
   WHERE n.nspname = $1 AND ${madeByHand("o.oid", "pg_collation")}
   ORDER BY o.oid`;

/**
 * A range's canonical function needs the type before there is one, and a difference function of the schema's own is
 * made after the types: such ranges are not made again. Over `r`, a row of pg_range.
 */
export const IS_PLAIN_RANGE = `
  (r.rngcanonical = 0 AND (r.rngsubdiff = 0 OR EXISTS (
    SELECT FROM pg_catalog.pg_proc d WHERE d.oid = r.rngsubdiff AND d.pronamespace = 'pg_catalog'::pg_catalog.regnamespace)))`;

export const TYPES = `
  SELECT 'type ' || t.typname AS object,
         CASE t.typtype
           WHEN 'e' THEN pg_catalog.format('CREATE TYPE %I AS ENUM (%s)', t.typname,
             (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid))
           WHEN 'c' THEN pg_catalog.format('CREATE TYPE %I AS (%s)', t.typname,
             (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod))
                       || CASE WHEN a.attcollation NOT IN (0, y.typcollation) THEN ' COLLATE ' || a.attcollation::pg_catalog.regcollation ELSE '' END, ', ' ORDER BY a.attnum)
                FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
               WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
           WHEN 'r' THEN (
             SELECT pg_catalog.format('CREATE TYPE %I AS RANGE (subtype = %s, subtype_opclass = %I.%I%s%s%s)', t.typname,
                      pg_catalog.format_type(r.rngsubtype, NULL), v.nspname, p.opcname,
                      CASE WHEN r.rngcollation NOT IN (0, s.typcollation) THEN ', collation = ' || r.rngcollation::pg_catalog.regcollation ELSE '' END,
                      CASE WHEN r.rngsubdiff = 0 THEN '' ELSE ', subtype_diff = ' || r.rngsubdiff::pg_catalog.regproc END,
                      CASE WHEN m.typnamespace = t.typnamespace THEN pg_catalog.format(', multirange_type_name = %I', m.typname) ELSE '' END)
               FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype JOIN pg_catalog.pg_type m ON m.oid = r.rngmultitypid
                 JOIN pg_catalog.pg_opclass p ON p.oid = r.rngsubopc JOIN pg_catalog.pg_namespace v ON v.oid = p.opcnamespace
              WHERE r.rngtypid = t.oid)
           ELSE pg_catalog.format('CREATE DOMAIN %I AS %s%s%s%s%s', t.typname, pg_catalog.format_type(t.typbasetype, t.typtypmod),
             CASE WHEN t.typcollation NOT IN (0, b.typcollation) THEN ' COLLATE ' || t.typcollation::pg_catalog.regcollation ELSE '' END,
             ' DEFAULT ' || t.typdefault, CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END,
             (SELECT pg_catalog.string_agg(pg_catalog.format(' CONSTRAINT %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid, true)), '' ORDER BY k.conname)
                FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'))
         END AS sql
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
   WHERE n.nspname = $1 AND (t.typtype IN ('e', 'd') OR (t.typtype = 'c' AND c.relkind = 'c')
           OR (t.typtype = 'r' AND EXISTS (SELECT FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid AND ${IS_PLAIN_RANGE}))) AND ${madeByHand("t.oid", "pg_type")}
   ORDER BY t.oid`;

/** Statements for types of a schema: `$1` is its name. Those that tables and arrays bring are left out. */
import { madeByHand } from "./of-extension.ts";

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
   WHERE n.nspname = $1 AND (t.typtype IN ('e', 'd') OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${madeByHand("t.oid", "pg_type")}
   ORDER BY t.oid`;

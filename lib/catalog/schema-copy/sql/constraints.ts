/** Statements for constraints and indexes of a schema: `$1` is its name. What a parent hands down is not said again. */
import { madeByHand } from "./of-extension.ts";

const constraints = (kinds: string, also = "") => `
  SELECT 'constraint ' || k.conname || ' of ' || c.relname AS object,
         pg_catalog.format('ALTER TABLE %s%I ADD CONSTRAINT %I %s', CASE WHEN c.relkind = 'p' OR k.contype = 'c' THEN '' ELSE 'ONLY ' END,
           c.relname, k.conname, pg_catalog.pg_get_constraintdef(k.oid, true)) AS sql
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND (k.contype IN (${kinds})${also}) AND k.conparentid = 0 AND k.conislocal
     AND ${madeByHand("c.oid", "pg_class")}
   ORDER BY k.contype = 'c' DESC, k.oid`;

export const CONSTRAINTS = constraints("'c', 'p', 'u', 'x'", " OR (k.contype = 'n' AND NOT k.convalidated)");
export const FOREIGN_KEYS = constraints("'f'");

/** Those that no constraint brings; a partition's comes with its root's. Invalid ones are left out. */
export const INDEXES = `
  SELECT 'index ' || x.relname AS object,
         CASE x.relkind WHEN 'I' THEN pg_catalog.regexp_replace(pg_catalog.pg_get_indexdef(i.indexrelid, 0, true), ' ON ONLY ', ' ON ')
                        ELSE pg_catalog.pg_get_indexdef(i.indexrelid, 0, true) END AS sql
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND i.indisvalid AND NOT x.relispartition
     AND ${madeByHand("c.oid", "pg_class")}
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
   ORDER BY i.indexrelid`;

import type pg from "pg";

export interface TypeRow {
  oid: number;
  schema: string;
  name: string;
  /** pg_type, 52.64: base, composite, domain, enum, multirange, pseudo, range. */
  typtype: "b" | "c" | "d" | "e" | "m" | "p" | "r";
  /** Element of a true array, 0 for others. */
  element: number;
  /** Of a domain: the type below, as `format_type` prints it. */
  base: number;
  base_type: string;
  not_null: boolean;
  collation: string | null;
}

/**
 * Every type: a few hundred of the system's and two for each table. Points, names and the like have a `typelem`
 * without being arrays: only the array's own subscripting tells.
 */
const TYPES = `
  SELECT t.oid, n.nspname AS schema, t.typname AS name, t.typtype,
         CASE WHEN t.typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc
              THEN t.typelem ELSE 0 END AS element,
         t.typbasetype AS base,
         CASE WHEN t.typbasetype <> 0 THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS base_type,
         t.typnotnull AS not_null,
         CASE WHEN t.typtype = 'd' AND t.typcollation <> 0
              THEN t.typcollation::pg_catalog.regcollation::text END AS collation
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace`;

export async function readTypes(client: pg.ClientBase): Promise<TypeRow[]> {
  return (await client.query<TypeRow>(TYPES)).rows;
}

/** What types are made of, one row a part, in the part's own order. */
export interface TypePartRow {
  type_oid: number;
  kind: "label" | "attribute" | "check" | "range" | "multirange";
  /** The label, the attribute's name, the check's definition; of a range its canonical function. */
  text: string;
  /** Type of the attribute, subtype of the range, range of the multirange; else 0. */
  part_oid: number;
  part_type: string | null;
  collation: string | null;
}

/**
 * Attributes are read of free-standing composites and of those tables whose row type is used as a type
 * somewhere: a column, an attribute, a domain, a range, or an array of it.
 */
const TYPE_PARTS = `
  WITH used AS (
    SELECT atttypid AS oid FROM pg_catalog.pg_attribute WHERE attnum > 0 AND atttypid <> 0
    UNION SELECT typbasetype FROM pg_catalog.pg_type WHERE typbasetype <> 0
    UNION SELECT rngsubtype FROM pg_catalog.pg_range
  ),
  composite AS (
    SELECT t.oid, t.typrelid FROM pg_catalog.pg_type t JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
     WHERE c.relkind = 'c' OR t.oid IN (SELECT oid FROM used) OR t.typarray IN (SELECT oid FROM used)
  )
  SELECT * FROM (
    SELECT e.enumtypid AS type_oid, 'label' AS kind, e.enumlabel::text AS text, e.enumsortorder::float8 AS ordinal,
           0::oid AS part_oid, NULL::text AS part_type, NULL::text AS collation
      FROM pg_catalog.pg_enum e
    UNION ALL
    SELECT p.oid, 'attribute', a.attname::text, a.attnum, a.atttypid,
           pg_catalog.format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.attcollation <> 0 THEN a.attcollation::pg_catalog.regcollation::text END
      FROM composite p JOIN pg_catalog.pg_attribute a ON a.attrelid = p.typrelid
     WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT k.contypid, 'check', pg_catalog.pg_get_constraintdef(k.oid), 0, 0, NULL, NULL
      FROM pg_catalog.pg_constraint k WHERE k.contypid <> 0 AND k.contype = 'c'
    UNION ALL
    SELECT r.rngtypid, 'range', coalesce(nullif(r.rngcanonical::oid, 0)::pg_catalog.regproc::text, ''), 0,
           r.rngsubtype, pg_catalog.format_type(r.rngsubtype, NULL),
           CASE WHEN r.rngcollation <> 0 THEN r.rngcollation::pg_catalog.regcollation::text END
      FROM pg_catalog.pg_range r
    UNION ALL
    SELECT r.rngmultitypid, 'multirange', '', 0, r.rngtypid, pg_catalog.format_type(r.rngtypid, NULL), NULL
      FROM pg_catalog.pg_range r
  ) parts
   ORDER BY type_oid, ordinal, text COLLATE "C"`;

export async function readTypeParts(client: pg.ClientBase): Promise<TypePartRow[]> {
  return (await client.query<TypePartRow>(TYPE_PARTS)).rows;
}

import type pg from "pg";
import { IN_USER_SCHEMA } from "./user-schemas.ts";

export interface SequenceRow {
  oid: number;
  schema: string;
  name: string;
  type: string;
  increment: string;
  minimum: string;
  maximum: string;
  cycle: boolean;
}

const SEQUENCES = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_catalog.format_type(s.seqtypid, NULL) AS type,
         s.seqincrement::text AS increment, s.seqmin::text AS minimum, s.seqmax::text AS maximum,
         s.seqcycle AS cycle
    FROM pg_catalog.pg_sequence s
    JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE ${IN_USER_SCHEMA}
   ORDER BY n.nspname, c.relname`;

export async function readSequences(client: pg.ClientBase): Promise<SequenceRow[]> {
  return (await client.query<SequenceRow>(SEQUENCES)).rows;
}

/** How a column and a sequence belong together; a column may have one of each. */
export interface SequenceUseRow {
  sequence_oid: number;
  table_oid: number;
  position: number;
  how: "identity" | "owned" | "default";
}

/**
 * pg_depend, 52.18: an identity's sequence depends internally (`i`) on its column, an owned one automatically
 * (`a`); a default that says nextval('s'::regclass) depends on the sequence.
 */
const SEQUENCE_USES = `
  SELECT d.objid AS sequence_oid, d.refobjid AS table_oid, d.refobjsubid AS position,
         CASE d.deptype WHEN 'i' THEN 'identity' ELSE 'owned' END AS how
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid
   WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
     AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
     AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
  UNION ALL
  SELECT d.refobjid, e.adrelid, e.adnum, 'default'
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.refobjid
    JOIN pg_catalog.pg_attrdef e ON e.oid = d.objid
   WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
     AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
   ORDER BY 2, 3, 4, 1`;

export async function readSequenceUses(client: pg.ClientBase): Promise<SequenceUseRow[]> {
  return (await client.query<SequenceUseRow>(SEQUENCE_USES)).rows;
}

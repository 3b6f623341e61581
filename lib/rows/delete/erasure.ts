/**
 * A delete's ledger, in the platform's own database: which rows are meant, and how far it has come. It is written in the
 * transactions that delete, so that whatever becomes of a COMMIT that nobody answered, both are true or neither.
 */
import type pg from "pg";
import { ERASURE_TABLES } from "./statements.ts";

export interface Erasure {
  readonly slug: string | null;
  /** Of the schema when rows were recorded (shape-of.ts). */
  readonly shape: string;
  readonly tables: readonly ErasedTable[];
  readonly groups: readonly ErasedGroup[];
}

export interface ErasedTable {
  readonly number: number;
  /** By the model's name. */
  readonly table: string;
  readonly group: number;
  /** What is kept of each row. */
  readonly columns: readonly string[];
  readonly recorded: number;
  readonly deleted: number;
}

export interface ErasedGroup {
  readonly group: number;
  /** As many as its tables have recorded rows, and how many of them are done with. */
  readonly places: number;
  readonly upto: number;
}

/** Null where no delete of this tenant has recorded anything. */
export async function readErasure(client: pg.ClientBase, tenantKey: string): Promise<Erasure | null> {
  const { rows: there } = await client.query<{ there: boolean }>(
    `SELECT count(*) = $2 AND bool_and(has_table_privilege(c.oid, 'SELECT')) AS there
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'tenantry' AND c.relname = ANY ($1)`,
    [ERASURE_TABLES, ERASURE_TABLES.length],
  );
  if (there[0]?.there !== true) return null;
  const { rows } = await client.query<Pick<Erasure, "slug" | "shape">>(
    "SELECT slug, shape FROM tenantry.erasure WHERE tenant = $1",
    [tenantKey],
  );
  if (rows[0] === undefined) return null;
  const tables = await client.query<ErasedTable>(
    `SELECT number, name AS table, grouped AS "group", columns, recorded::float8 AS recorded, deleted::float8 AS deleted
       FROM tenantry.erasure_table WHERE tenant = $1 ORDER BY number`,
    [tenantKey],
  );
  const groups = await client.query<ErasedGroup>(
    `SELECT grouped AS "group", places::float8 AS places, upto::float8 AS upto
       FROM tenantry.erasure_group WHERE tenant = $1 ORDER BY grouped`,
    [tenantKey],
  );
  return { ...rows[0], tables: tables.rows, groups: groups.rows };
}

/** A pointer of somebody else's that was set to NULL, with what it was: as text. */
export interface NulledPointer {
  readonly pointer: string;
  readonly table: string;
  readonly keyColumns: readonly string[];
  readonly key: readonly string[];
  readonly columns: readonly string[];
  readonly was: readonly string[];
}

export async function readNulled(client: pg.ClientBase, tenantKey: string): Promise<NulledPointer[]> {
  const { rows } = await client.query<NulledPointer>(
    `SELECT pointer, from_table AS "table", key_columns AS "keyColumns", key, columns, was
       FROM tenantry.erasure_nulled WHERE tenant = $1 ORDER BY pointer, key`,
    [tenantKey],
  );
  return rows;
}

/**
 * One consistent snapshot over several connections. PostgreSQL documentation, 9.28.5 Snapshot Synchronization
 * Functions: an exported snapshot lives as long as the transaction that exported it.
 */
import type pg from "pg";
import { quoteLiteral } from "./identifiers.ts";

export interface ExportedSnapshot {
  readonly id: string;
  /** WAL position when it was taken; null on a standby that cannot say. */
  readonly position: string | null;
  /** ISO 8601 in UTC. */
  readonly takenAt: string;
}

/** Begins a read-only REPEATABLE READ transaction and exports its snapshot. The caller ends the transaction. */
export async function beginExportedSnapshot(client: pg.ClientBase): Promise<ExportedSnapshot> {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  const { rows } = await client.query<{ id: string; position: string | null; taken_at: string }>(`
    SELECT pg_catalog.pg_export_snapshot() AS id,
           (CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                 ELSE pg_catalog.pg_current_wal_lsn() END)::text AS position,
           to_char(statement_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS taken_at`);
  const row = rows[0]!;
  return { id: row.id, position: row.position, takenAt: row.taken_at };
}

/** Begins a transaction that sees exactly what the exported snapshot sees. */
export async function joinSnapshot(client: pg.ClientBase, snapshotId: string): Promise<void> {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  await client.query(`SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshotId)}`);
}

/** How far replicas are behind, as far as the role may see. PostgreSQL documentation, 27.2.4 pg_stat_replication. */
import type pg from "pg";
import type { DatabaseHealth } from "./database-health.ts";

const REPLICAS = `
  SELECT application_name AS name, state,
         CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL
              ELSE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), replay_lsn)::float8 END AS "lagBytes",
         extract(epoch FROM replay_lag)::float8 AS "lagSeconds"
    FROM pg_catalog.pg_stat_replication ORDER BY application_name`;

/** A replica that has replayed all is not behind, however long ago the last transaction was. */
const OWN_LAG = `
  SELECT pg_catalog.pg_is_in_recovery() AS "inRecovery",
         CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN NULL
              WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() THEN 0
              ELSE extract(epoch FROM now() - pg_catalog.pg_last_xact_replay_timestamp())::float8 END AS "ownLagSeconds"`;

export async function readReplication(
  client: pg.ClientBase,
): Promise<DatabaseHealth["replication"] & { readonly inRecovery: boolean }> {
  const { rows: replicas } = await client.query<DatabaseHealth["replication"]["replicas"][number]>(REPLICAS);
  const { rows } = await client.query<{ inRecovery: boolean; ownLagSeconds: number | null }>(OWN_LAG);
  return { replicas, ...rows[0]! };
}

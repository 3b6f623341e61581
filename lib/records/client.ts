/** The connection to the records, the console's own database. */

import type { ExtractTablesWithRelations } from "drizzle-orm";
import type { NodePgQueryResultHKT } from "drizzle-orm/node-postgres";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type { PgDatabase, PgTransaction } from "drizzle-orm/pg-core";
import pg from "pg";
import * as schema from "./schema/index.ts";

type Schema = typeof schema;

export type Records = NodePgDatabase<Schema> & {
  /** For what drizzle does not speak: LISTEN, advisory locks held across statements. */
  readonly pool: pg.Pool;
  close(): Promise<void>;
};

type Tables = ExtractTablesWithRelations<Schema>;

/** An open transaction of the records. */
export type RecordsTransaction = PgTransaction<NodePgQueryResultHKT, Schema, Tables>;

/** What a function takes that works inside its caller's transaction, or without one. */
export type RecordsSession = PgDatabase<NodePgQueryResultHKT, Schema, Tables>;

export interface OpenRecordsOptions {
  /** Connections at most; a process's share of the server's limit. */
  readonly connections?: number;
  readonly applicationName?: string;
}

/** A statement that a page waits for has no business running longer. */
const STATEMENT_TIMEOUT_MS = 30_000;

/**
 * Opens a pool to the records; connects at the first statement. A transaction that its owner forgot is ended by the
 * server after a minute, so that no lock of the records outlives a hung page.
 */
export function openRecords(url: string, options: OpenRecordsOptions = {}): Records {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: options.applicationName ?? "tenantry records",
    max: options.connections ?? 10,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: 60_000,
    connectionTimeoutMillis: 10_000,
  });
  // The server ended an idle connection: the pool has dropped it already, and the next statement opens another.
  pool.on("error", () => {});
  return Object.assign(drizzle(pool, { schema }), {
    pool,
    async close() {
      if (!pool.ended && !pool.ending) await pool.end();
    },
  });
}

/** Brings the records to this version's schema: at every start, by whoever comes first. */
import { join } from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { quoteIdentifier } from "../postgres/identifiers.ts";
import { LOCK_CLASS } from "../postgres/tenant-lock.ts";
import { grantRecords } from "./grants.ts";
import { MIGRATIONS } from "./pending-migrations.ts";

const FOLDER = join(import.meta.dirname, "../../drizzle");

/** Second key of the lock that starts of several processes meet on; the first is Tenantry's own class. */
const MIGRATING = 1;

export interface MigrateOptions {
  /** The role that web and worker connect with, where that is not the owner: it gets what it needs and no more. */
  readonly runtimeRole?: string;
}

/**
 * Migrates the database that `url` names with the owner's credentials, creating it if it is not there. Several
 * processes may start at once: one migrates, the others wait and find nothing left to do. A migration that fails
 * leaves everything as it was.
 *
 * @throws the database's error: unreachable, or a role that may not create
 */
export async function migrateRecords(url: string, options: MigrateOptions = {}): Promise<void> {
  const client = await connectOrCreate(url);
  try {
    await client.query("SELECT pg_advisory_lock($1, $2)", [LOCK_CLASS, MIGRATING]);
    await migrate(drizzle(client), {
      migrationsFolder: FOLDER,
      migrationsSchema: MIGRATIONS.schema,
      migrationsTable: MIGRATIONS.table,
    });
    if (options.runtimeRole !== undefined) await grantRecords(client, options.runtimeRole);
  } finally {
    await client.end();
  }
}

async function connectOrCreate(url: string): Promise<pg.Client> {
  try {
    return await connect(url);
  } catch (error) {
    if (sqlstate(error) !== "3D000") throw error;
  }
  await createDatabase(url);
  return connect(url);
}

async function createDatabase(url: string): Promise<void> {
  const server = new URL(url);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = "/postgres";
  const client = await connect(server.href);
  try {
    await client.query(`CREATE DATABASE ${quoteIdentifier(name)}`);
  } catch (error) {
    // 42P04 there already, 23505 another start is creating it at this moment.
    if (sqlstate(error) !== "42P04" && sqlstate(error) !== "23505") throw error;
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "tenantry migrate",
    connectionTimeoutMillis: 15_000,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

function sqlstate(error: unknown): string | undefined {
  return (error as { code?: string } | null)?.code;
}

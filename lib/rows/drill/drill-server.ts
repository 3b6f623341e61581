/** Where a drill restores to: an embedded server for this one drill, or a database of its own on a server that is named. */
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { quoteIdentifier } from "../../postgres/identifiers.ts";
import type { ServerBinaries } from "../../postgres/server/binaries.ts";
import { copyConfinedDatabase, createConfinedDatabase } from "../../postgres/server/confined-database.ts";
import { startThrowawayServer } from "../../postgres/server/throwaway.ts";
import { LOCK_CLASS } from "../../postgres/tenant-lock.ts";
import {
  DATABASES,
  drillOfCopy,
  drillServerObjections,
  isDrillDatabase,
  type PlatformServers,
  serversOf,
} from "./drill-server-objections.ts";

export interface DrillServer {
  /** Of an empty database, as a role that owns it and may not leave it. */
  readonly url: string;
  /** Another database with what this one holds at the moment, gone with it; once, and while nobody is in it. */
  copy(): Promise<string>;
  /** What is left of it is nothing. */
  close(): Promise<void>;
}

/** Room for the import's sessions and the drill's own. */
const CONNECTIONS = 20;

/** @param programs of another major version than the one that comes with the packages */
export async function embeddedDrillServer(programs?: ServerBinaries): Promise<DrillServer> {
  const server = await startThrowawayServer(CONNECTIONS, programs);
  try {
    const url = await createConfinedDatabase(server.url, "drill");
    return {
      url,
      copy: () => copyConfinedDatabase(server.url, url, "drill_1"),
      close: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * Makes a database and a role of its own there and drops both. What a drill has left that was killed goes first: each
 * holds a lock on its name as long as it lives.
 *
 * @param url a superuser's, of a server that holds nothing else
 * @param platform its servers, none of which it may be, or a database of it that is asked
 * @throws Refusal where it is that one, is too old, is no superuser's, or is not empty
 */
export async function namedDrillServer(
  url: string,
  platform: PlatformServers | string,
  signal?: AbortSignal,
): Promise<DrillServer> {
  // Without the signal: an abort that cancels the drill must not cancel what clears up after it.
  const client = await connect(url, { applicationName: "tenantry drill" });
  try {
    const there = typeof platform === "string" ? await serversOf(platform, signal) : platform;
    const findings = await drillServerObjections(client, url, there, signal);
    if (findings.length > 0) throw new Refusal(findings);
    await dropNobodys(client);
    return await ownDatabase(client, url);
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** What drills whose processes died have left on that server, for a run that needs no database there any more. */
export async function clearDrillServer(url: string): Promise<void> {
  const client = await connect(url, { applicationName: "tenantry drill" });
  try {
    await dropNobodys(client);
  } finally {
    await client.end();
  }
}

/** Copies first: a role stays as long as it owns a database. */
async function dropNobodys(client: pg.Client): Promise<void> {
  for (const left of (await drillDatabases(client)).reverse())
    if (await isNobodys(client, drillOfCopy(left))) await dropDrill(client, left);
}

async function ownDatabase(client: pg.Client, url: string): Promise<DrillServer> {
  const name = `tenantry_drill_${randomBytes(8).toString("hex")}`;
  const copy = `${name}_1`;
  await client.query(LOCK, [LOCK_CLASS, name]);
  const before = new Set(await rolesOf(client));
  try {
    const confined = await createConfinedDatabase(url, name);
    return {
      url: confined,
      copy: () => copyConfinedDatabase(url, confined, copy),
      async close() {
        try {
          await dropDrill(client, copy);
          await dropDrill(client, name);
          await dropRolesSince(client, before);
        } finally {
          await client.end();
        }
      },
    };
  } catch (error) {
    // A role without its database, perhaps.
    await dropDrill(client, name).catch(() => undefined);
    throw error;
  }
}

const LOCK = "SELECT pg_catalog.pg_advisory_lock($1::int, pg_catalog.hashtext($2))";
const TRY_LOCK = "SELECT pg_catalog.pg_try_advisory_lock($1::int, pg_catalog.hashtext($2)) AS locked";
const UNLOCK = "SELECT pg_catalog.pg_advisory_unlock($1::int, pg_catalog.hashtext($2))";

async function drillDatabases(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(DATABASES);
  return rows.map(({ name }) => name).filter(isDrillDatabase);
}

async function isNobodys(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(TRY_LOCK, [LOCK_CLASS, name]);
  if (rows[0]!.locked) await client.query(UNLOCK, [LOCK_CLASS, name]);
  return rows[0]!.locked;
}

async function dropDrill(client: pg.Client, name: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
  if (!(await rolesOf(client)).includes(name)) return;
  // Its right to switch triggers off is an object that depends on it.
  await client.query(`DROP OWNED BY ${quoteIdentifier(name)}`);
  await client.query(`DROP ROLE ${quoteIdentifier(name)}`);
}

async function rolesOf(client: pg.Client, which = "true"): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_catalog.pg_roles WHERE ${which}`,
  );
  return rows.map(({ name }) => name);
}

const DEPENDED_ON = "2BP01";

/** Roles that the platform's policies name were made for them; another drill that is under way may need them as well. */
async function dropRolesSince(client: pg.Client, before: ReadonlySet<string>): Promise<void> {
  if ((await drillDatabases(client)).length > 0) return;
  for (const name of await rolesOf(client, "NOT rolcanlogin"))
    if (!before.has(name))
      await client.query(`DROP ROLE ${quoteIdentifier(name)}`).catch((error: { code?: string }) => {
        if (error.code !== DEPENDED_ON) throw error;
      });
}

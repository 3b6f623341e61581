/** Where a drill restores to: an embedded server for this one drill, or a database of its own on a server that is named. */
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { readServer, readVersionNumber } from "../../catalog/sql/server.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { quoteIdentifier } from "../../postgres/identifiers.ts";
import { createConfinedDatabase } from "../../postgres/server/confined-database.ts";
import { startThrowawayServer } from "../../postgres/server/throwaway.ts";
import { LOCK_CLASS } from "../../postgres/tenant-lock.ts";

export interface DrillServer {
  /** Of an empty database, as a role that owns it and may not leave it. */
  readonly url: string;
  /** What is left of it is nothing. */
  close(): Promise<void>;
}

/** Room for the import's sessions and the drill's own. */
const CONNECTIONS = 20;

export async function embeddedDrillServer(): Promise<DrillServer> {
  const server = await startThrowawayServer(CONNECTIONS);
  try {
    return { url: await createConfinedDatabase(server.url, "drill"), close: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Databases of drills, and nobody else's. */
const OURS = /^tenantry_drill_[0-9a-f]{16}$/;

/**
 * Makes a database and a role of its own there and drops both. What a drill has left that was killed goes first: each
 * holds a lock on its name as long as it lives.
 *
 * @param url a superuser's, of a server that holds nothing else
 * @param schemaUrl the platform's database, whose server it must not be
 * @throws Refusal where it is that one, is too old, is no superuser's, or is not empty
 */
export async function namedDrillServer(
  url: string,
  schemaUrl: string,
  signal?: AbortSignal,
): Promise<DrillServer> {
  // Without the signal: an abort that cancels the drill must not cancel what clears up after it.
  const client = await connect(url, { applicationName: "tenantry drill" });
  try {
    const findings = await objections(client, url, schemaUrl, signal);
    if (findings.length > 0) throw new Refusal(findings);
    for (const left of await drillDatabases(client))
      if (await isNobodys(client, left)) await dropDrill(client, left);
    return await ownDatabase(client, url);
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function ownDatabase(client: pg.Client, url: string): Promise<DrillServer> {
  const name = `tenantry_drill_${randomBytes(8).toString("hex")}`;
  await client.query(LOCK, [LOCK_CLASS, name]);
  const before = new Set(await rolesOf(client));
  try {
    const confined = await createConfinedDatabase(url, name);
    return {
      url: confined,
      async close() {
        try {
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

/** Host and port: a server, whatever database of it. */
function serverAt(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || "5432"}`;
}

async function objections(
  client: pg.Client,
  url: string,
  schemaUrl: string,
  signal?: AbortSignal,
): Promise<Finding[]> {
  const where = serverAt(url);
  const [here, there] = [await serverOf(client), await lookAt(schemaUrl, signal)];
  const found: Finding[] = [];
  const object = (code: string, what: string, todo: string) =>
    found.push({ code, severity: "blocks", where, what, todo });
  const other = "Name a server that is there for drills alone, or none: then one is started for each drill.";
  const same = here.identifier !== null && here.identifier === there.identifier;
  if (same || where === serverAt(schemaUrl))
    object("drill-server-of-platform", "This is the server of the platform's own database.", other);
  else if (!here.superuser)
    object(
      "drill-server-rights",
      "A drill makes a role and a database on its server and drops both, which takes a superuser.",
      "Give a superuser's address; the bundle's rows are restored as a role that may not leave its database.",
    );
  else if (here.major < Math.max(15, there.major))
    object(
      "drill-server-too-old",
      `The server is PostgreSQL ${here.major}; it takes ${Math.max(15, there.major)} or a later one, for a schema of PostgreSQL ${there.major}.`,
      other,
    );
  if (found.length > 0) return found;
  const others = await contents(client, url, signal);
  if (others.length > 0)
    object(
      "drill-server-not-empty",
      `The server holds something already: ${others.slice(0, 3).join(", ")}${others.length > 3 ? ` and ${others.length - 3} more` : ""}.`,
      other,
    );
  return found;
}

async function serverOf(client: pg.Client) {
  const version = await readVersionNumber(client);
  const { server, role } = await readServer(client, version);
  return {
    major: Math.floor(version / 10_000),
    identifier: server.systemIdentifier,
    superuser: role.superuser,
  };
}

async function lookAt(url: string, signal?: AbortSignal) {
  const client = await connect(url, { applicationName: "tenantry drill", readOnly: true, signal });
  try {
    return await serverOf(client);
  } finally {
    await client.end();
  }
}

/** Databases of others, and what lies in the two that every server has or that the address names. */
async function contents(client: pg.Client, url: string, signal?: AbortSignal): Promise<string[]> {
  const named = decodeURIComponent(new URL(url).pathname.slice(1)) || "postgres";
  const { rows } = await client.query<{ name: string }>(DATABASES);
  const names = rows.map(({ name }) => name).filter((name) => !OURS.test(name));
  const usual = new Set(["postgres", named]);
  const found = names.filter((name) => !usual.has(name)).map((name) => `the database ${name}`);
  for (const name of names.filter((each) => usual.has(each))) {
    const inside = new URL(url);
    inside.pathname = `/${encodeURIComponent(name)}`;
    const session = await connect(inside.href, { applicationName: "tenantry drill", readOnly: true, signal });
    try {
      const things = await session.query<{ name: string }>(THINGS);
      found.push(...things.rows.map((thing) => `${thing.name} in ${name}`));
    } finally {
      await session.end();
    }
  }
  return found;
}

const DATABASES = "SELECT datname AS name FROM pg_catalog.pg_database WHERE NOT datistemplate ORDER BY 1";

/** Tables, views and sequences that no extension brought. */
const THINGS = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
   ORDER BY 1`;

const LOCK = "SELECT pg_catalog.pg_advisory_lock($1::int, pg_catalog.hashtext($2))";
const TRY_LOCK = "SELECT pg_catalog.pg_try_advisory_lock($1::int, pg_catalog.hashtext($2)) AS locked";
const UNLOCK = "SELECT pg_catalog.pg_advisory_unlock($1::int, pg_catalog.hashtext($2))";

async function drillDatabases(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(DATABASES);
  return rows.map(({ name }) => name).filter((name) => OURS.test(name));
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

/** Roles that the platform's policies name were made for them; those that another drill still needs stay for that one. */
async function dropRolesSince(client: pg.Client, before: ReadonlySet<string>): Promise<void> {
  for (const name of await rolesOf(client, "NOT rolcanlogin"))
    if (!before.has(name))
      await client.query(`DROP ROLE ${quoteIdentifier(name)}`).catch((error: { code?: string }) => {
        if (error.code !== DEPENDED_ON) throw error;
      });
}

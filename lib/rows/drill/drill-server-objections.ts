/** Whether a server that somebody names may be restored to: one that is there for drills, and holds nothing else. */
import type pg from "pg";
import { readServer, readVersionNumber } from "../../catalog/sql/server.ts";
import type { Finding } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";

/** Databases of drills and their numbered copies, and nobody else's. */
export const isDrillDatabase = (name: string): boolean => /^tenantry_drill_[0-9a-f]{16}(_\d+)?$/.test(name);

/** The one that a copy was made of. */
export const drillOfCopy = (name: string): string => name.replace(/_\d+$/, "");

export const DATABASES =
  "SELECT datname AS name FROM pg_catalog.pg_database WHERE NOT datistemplate ORDER BY 1";

/** Host and port: a server, whatever database of it. */
function serverAt(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || "5432"}`;
}

/** The servers of a platform, as far as somebody knows them. */
export interface PlatformServers {
  /** The schema's; a server takes one of its own age or older. */
  readonly major: number;
  /** `pg_control_system().system_identifier`. */
  readonly identifiers: readonly string[];
  /** `host:port`. */
  readonly endpoints: readonly string[];
}

/** By asking a database of it. */
export async function serversOf(schemaUrl: string, signal?: AbortSignal): Promise<PlatformServers> {
  const { major, identifier } = await lookAt(schemaUrl, signal);
  return { major, identifiers: identifier === null ? [] : [identifier], endpoints: [serverAt(schemaUrl)] };
}

/**
 * What speaks against it: that it is the platform's own, no superuser's, too old, or holds something already.
 *
 * @param url of the server's session `client`
 */
export async function drillServerObjections(
  client: pg.Client,
  url: string,
  there: PlatformServers,
  signal?: AbortSignal,
): Promise<Finding[]> {
  const where = serverAt(url);
  const here = await serverOf(client);
  const found: Finding[] = [];
  const object = (code: string, what: string, todo: string) =>
    found.push({ code, severity: "blocks", where, what, todo });
  const other = "Name a server that is there for drills alone, or none: then one is started for each drill.";
  const same = here.identifier !== null && there.identifiers.includes(here.identifier);
  if (same || there.endpoints.includes(where))
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
  const names = rows.map(({ name }) => name).filter((name) => !isDrillDatabase(name));
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

/** Tables, views and sequences that no extension brought. */
const THINGS = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
   ORDER BY 1`;

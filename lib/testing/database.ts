/**
 * A real database of its own for every test file, from a template: `empty`, the console's `records`, or the
 * demo platform as it is in its region eu-1 (`harbor`) or us-1 (`harbor-us`). A template is built once a run, by
 * whoever asks first.
 */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { quoteIdentifier } from "../postgres/identifiers.ts";
import { asAdministrator } from "./administrator.ts";
import { openDatabases } from "./open-databases.ts";
import { copyOf, type Template, templateDatabase } from "./templates.ts";

export interface TestDatabase {
  /** The superuser's. */
  readonly url: string;
  readonly name: string;
  /** A connection that the database closes for you when it is dropped. */
  connect(): Promise<pg.Client>;
  /**
   * Drops the database. Throws when somebody else's connection to it is still open: then the code under test
   * has left one behind.
   */
  drop(): Promise<void>;
}

/**
 * Creates a database with a name of its own on the run's server. What the file does not drop is dropped, and
 * looked through for open connections, at its end.
 */
export async function createTestDatabase(template: Template = "empty"): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const source = await templateDatabase(template, serverUrl());
  await asAdministrator(serverUrl(), (client) => client.query(copyOf(source, name, inject("postgresMajor"))));
  const url = urlOf(name);
  const clients = new Set<pg.Client>();
  const database: TestDatabase = {
    url,
    name,
    async connect() {
      const client = new pg.Client({ connectionString: url, application_name: "tenantry test" });
      await client.connect();
      clients.add(client);
      return client;
    },
    async drop() {
      if (!openDatabases.delete(database)) return;
      await Promise.all([...clients].map((client) => client.end()));
      const leaked = await asAdministrator(serverUrl(), async (client) => {
        const names = await openConnections(client, name);
        await client.query(`DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`);
        return names;
      });
      if (leaked.length > 0) {
        throw new Error(`${leaked.length} connection(s) to ${name} left open: ${leaked.join(", ")}`);
      }
    },
  };
  openDatabases.add(database);
  return database;
}

/** The superuser's URL of the database `postgres` on the run's own server, for tests that create databases. */
export function serverUrl(): string {
  return inject("postgresUrl");
}

function urlOf(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

const CONNECTIONS_OF_DATABASE = `
  SELECT application_name || ': ' || left(query, 60) AS what
  FROM pg_stat_activity WHERE datname = $1 AND backend_type IN ('client backend', 'walsender')`;

/** A backend needs a moment to go after its client has said goodbye; after two seconds it counts as left open. */
async function openConnections(client: pg.ClientBase, name: string): Promise<string[]> {
  for (let round = 0; ; round++) {
    const { rows } = await client.query<{ what: string }>(CONNECTIONS_OF_DATABASE, [name]);
    if (rows.length === 0 || round === 200) return rows.map((row) => row.what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

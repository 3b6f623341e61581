/**
 * A database of a throwaway server for a stranger's schema. Its functions run there, in defaults, checks and
 * expressions: as a role that may not leave the database, where a superuser could have the server start programs of
 * this machine (PostgreSQL documentation, COPY: PROGRAM).
 */
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { connect } from "../connection.ts";
import { quoteIdentifier, quoteLiteral } from "../identifiers.ts";

/**
 * Made with a role of the same name that owns it, sees every row, and may switch triggers off; nothing else of the
 * server is its.
 *
 * @param server a superuser's URL
 * @returns the role's URL of the new database
 */
export async function createConfinedDatabase(server: string, name: string): Promise<string> {
  const password = randomBytes(18).toString("base64url");
  const client = await connect(server, { applicationName: "tenantry" });
  const quoted = quoteIdentifier(name);
  try {
    await client.query(
      `CREATE ROLE ${quoted} LOGIN NOSUPERUSER CREATEROLE BYPASSRLS PASSWORD ${quoteLiteral(password)}`,
    );
    // Before PostgreSQL 15 it is the superuser's alone.
    if (await knowsParameterGrants(client))
      await client.query(`GRANT SET ON PARAMETER session_replication_role TO ${quoted}`);
    await client.query(`CREATE DATABASE ${quoted} OWNER ${quoted} TEMPLATE template0 ENCODING 'UTF8'`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.username = encodeURIComponent(name);
  url.password = password;
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

/**
 * A second database with what the first one holds at the moment, of the same role. Tables keep their OIDs. Nobody may
 * be in the first one (PostgreSQL documentation, 22.3 Template Databases).
 *
 * @param server a superuser's URL
 * @param confined what `createConfinedDatabase` gave
 * @returns the role's URL of the copy
 */
export async function copyConfinedDatabase(server: string, confined: string, name: string): Promise<string> {
  const url = new URL(confined);
  const [owner, template] = [decodeURIComponent(url.username), decodeURIComponent(url.pathname.slice(1))];
  const client = await connect(server, { applicationName: "tenantry" });
  try {
    // Since PostgreSQL 15 a copy goes through the log unless told otherwise, which doubles what is written.
    const strategy = (await knowsParameterGrants(client)) ? " STRATEGY file_copy" : "";
    await client.query(
      `CREATE DATABASE ${quoteIdentifier(name)} OWNER ${quoteIdentifier(owner)} TEMPLATE ${quoteIdentifier(template)}${strategy}`,
    );
  } finally {
    await client.end();
  }
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

async function knowsParameterGrants(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ knows: boolean }>(
    "SELECT pg_catalog.current_setting('server_version_num')::int >= 150000 AS knows",
  );
  return rows[0]!.knows;
}

/** The two databases of a replay: one that is migrated and holds nothing else, and copies of it to measure on. */
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { connect } from "../../postgres/connection.ts";
import { quoteIdentifier } from "../../postgres/identifiers.ts";
import { createConfinedDatabase } from "../../postgres/server/confined-database.ts";

export interface Ground {
  /** Of the migrated database, as a role that owns it and may not leave it. Nobody may be in it during a copy. */
  readonly url: string;
  /** Another one just like it, for the same role; the copy before is gone. */
  copy(): Promise<string>;
  close(): Promise<void>;
}

/**
 * @param server a superuser's URL of a server that is there for this
 * @param confined a database of it that is there already, and is not dropped; one is made where there is none
 */
export async function openGround(server: string, confined?: string): Promise<Ground> {
  const url =
    confined ?? (await createConfinedDatabase(server, `tenantry_replay_${randomBytes(6).toString("hex")}`));
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  let copies = 0;
  const nameOf = (copy: number) => `${name}_${copy}`;
  const drop = (client: pg.Client, database: string) =>
    client.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(database)} WITH (FORCE)`);
  return {
    url,
    copy: () =>
      asAdministrator(server, async (client) => {
        if (copies > 0) await drop(client, nameOf(copies));
        copies += 1;
        const [copy, from] = [quoteIdentifier(nameOf(copies)), quoteIdentifier(name)];
        await client.query(`CREATE DATABASE ${copy} TEMPLATE ${from} OWNER ${from}`);
        const address = new URL(url);
        address.pathname = `/${encodeURIComponent(nameOf(copies))}`;
        return address.href;
      }),
    close: () =>
      asAdministrator(server, async (client) => {
        if (copies > 0) await drop(client, nameOf(copies));
        if (confined !== undefined) return;
        await drop(client, name);
        // Its right to switch triggers off is an object that depends on it.
        await client.query(`DROP OWNED BY ${quoteIdentifier(name)}`);
        await client.query(`DROP ROLE ${quoteIdentifier(name)}`);
      }),
  };
}

async function asAdministrator<T>(server: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(server, { applicationName: "tenantry replay" });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

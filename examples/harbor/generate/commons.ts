/** The rows that all tenants of a database share, and the numbers that its sequences give. */
import type pg from "pg";
import { quoteLiteral, quoteQualified } from "../../../lib/postgres/identifiers.ts";
import { uuidV4 } from "./identifiers.ts";
import { seedOf } from "./random.ts";
import type { Region } from "./tenants.ts";
import type { Commons } from "./world.ts";

/** Disjoint, and within what an `integer` column holds: a row keeps its number when its tenant moves. */
const FIRST_INTEGER: Record<Region, number> = { "eu-1": 1, "us-1": 1_000_000_001 };
const INTEGERS_PER_DATABASE = 999_999_999;

const SEQUENCES =
  "SELECT schemaname AS schema, sequencename AS name FROM pg_sequences WHERE schemaname = 'public'";

/** Confines every sequence of the database to the region's numbers and begins at the first. */
export async function confineSequences(client: pg.ClientBase, region: Region): Promise<void> {
  const first = FIRST_INTEGER[region];
  const { rows } = await client.query<{ schema: string; name: string }>(SEQUENCES);
  for (const { schema, name } of rows) {
    await client.query(
      `ALTER SEQUENCE ${quoteQualified(schema, name)}
         MINVALUE ${first} MAXVALUE ${first + INTEGERS_PER_DATABASE - 1} START ${first} RESTART ${first}`,
    );
  }
}

const OWNED_SEQUENCES = `
  SELECT n.nspname AS schema, c.relname AS name, a.attname AS column,
         pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname) AS sequence
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
     AND pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname) IS NOT NULL`;

/** Sets each sequence behind the highest number that its column holds. */
export async function advanceSequences(client: pg.ClientBase): Promise<void> {
  type Owned = { schema: string; name: string; column: string; sequence: string };
  const { rows } = await client.query<Owned>(OWNED_SEQUENCES);
  for (const { schema, name, column, sequence } of rows) {
    const highest = `max(${quoteQualified(name, column)})`;
    await client.query(
      `SELECT setval(${quoteLiteral(sequence)}, ${highest}) FROM ${quoteQualified(schema, name)} HAVING ${highest} IS NOT NULL`,
    );
  }
}

const MOVE_PLANS = "UPDATE plans SET id = id + $1";
const MOVE_SHARED_PRICES = "UPDATE price_list SET id = id + $1 WHERE organization_id IS NULL";
const NAME_SHARED_ROLE = "UPDATE roles SET id = $1 WHERE organization_id IS NULL AND name = $2";
const SHARED_ROLES = "SELECT name, id FROM roles WHERE organization_id IS NULL ORDER BY name";
const PLANS = "SELECT code AS name, id FROM plans ORDER BY code";
const SHARED_PRICES = "SELECT code AS name, id FROM price_list WHERE organization_id IS NULL ORDER BY code";

/**
 * The migrations have put in the shared rows, with ids as they fall: equal numbers and random uuids. Gives them
 * ids of the region, the same whenever the demo is loaded.
 */
export async function settleCommons(client: pg.ClientBase, region: Region): Promise<Commons> {
  const firstInteger = FIRST_INTEGER[region];
  await client.query(MOVE_PLANS, [firstInteger - 1]);
  await client.query(MOVE_SHARED_PRICES, [firstInteger - 1]);
  for (const [row, name] of [...(await idsByName(client, SHARED_ROLES)).keys()].entries()) {
    await client.query(NAME_SHARED_ROLE, [uuidV4(seedOf(region), seedOf("role"), row), name]);
  }
  return {
    firstInteger,
    plans: numbers(await idsByName(client, PLANS)),
    prices: numbers(await idsByName(client, SHARED_PRICES)),
    roles: await idsByName(client, SHARED_ROLES),
  };
}

async function idsByName(client: pg.ClientBase, sql: string): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; id: string | number }>(sql);
  return new Map(rows.map(({ name, id }) => [name, String(id)]));
}

const numbers = (ids: Map<string, string>) => new Map([...ids].map(([name, id]) => [name, Number(id)]));

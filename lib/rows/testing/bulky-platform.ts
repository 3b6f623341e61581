/** A platform whose tables are several parts long each, found in three ways: by a scan, by a join, in partitions. */
import type pg from "pg";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { parsePlatform } from "./walk.ts";

export const BULKY_PLATFORM = `
platform: bulky
tenant:
  table: public.orgs
  key: id
  slug: slug
`;

export const bulkyPlatform = () => parsePlatform(BULKY_PLATFORM);

const SCHEMA = `
  CREATE TABLE orgs (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE);
  CREATE TABLE items (id bigint PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, body text);
  CREATE TABLE notes (id bigint PRIMARY KEY, item_id bigint NOT NULL REFERENCES items, body text);
  CREATE INDEX ON notes (item_id);
  CREATE TABLE events (id bigint NOT NULL, org_id uuid NOT NULL REFERENCES orgs, body text) PARTITION BY RANGE (id);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (7000);
  CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (7000) TO (15000);
  CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM (15000) TO (100000);`;

/** Rows of each table of the tenant `one`; the other one has a tenth of it, in between. */
export const ROWS_EACH = 24_000;

/** What hardly compresses, so that little of it waits in the compressor: 8 MB a table. */
const BODY = "(SELECT string_agg(md5($1 || n || '-' || k), '') FROM generate_series(1, 10) k)";

export async function bulkyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase("empty");
  const client = await database.connect();
  await client.query(SCHEMA);
  await client.query("INSERT INTO orgs SELECT gen_random_uuid(), slug FROM unnest('{one,two}'::text[]) slug");
  const owner = `(SELECT id FROM orgs WHERE slug = CASE WHEN n % 11 = 0 THEN 'two' ELSE 'one' END)`;
  const numbers = `generate_series(1, ${(ROWS_EACH * 11) / 10}) n`;
  await fill(client, `INSERT INTO items SELECT n, ${owner}, ${BODY} FROM ${numbers}`, "item");
  // A note's item lies anywhere: a join does not find them as they lie.
  const item = "(n / 11 * 7919) % 2400 * 11 + CASE n % 11 WHEN 0 THEN 11 ELSE n % 11 END";
  await fill(client, `INSERT INTO notes SELECT n, ${item}, ${BODY} FROM ${numbers}`, "note");
  await fill(client, `INSERT INTO events SELECT n, ${owner}, ${BODY} FROM ${numbers}`, "event");
  await client.query("ANALYZE");
  return database;
}

async function fill(client: pg.ClientBase, statement: string, word: string): Promise<void> {
  await client.query(statement.replaceAll("$1", `'${word}'`));
}

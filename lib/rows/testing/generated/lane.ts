/**
 * Two databases that random platforms use one after the other: emptied, not made anew, which costs a tenth. A lane
 * takes one platform at a time; lanes share nothing and go side by side.
 */
import type pg from "pg";
import { createTestDatabase, type TestDatabase } from "../../../testing/database.ts";
import { TYPE_SETUP } from "./material.ts";

/** Dead rows of the catalog that nobody vacuums away slow everything down, by and by. */
const PLATFORMS_A_PAIR = 40;

export interface Place {
  readonly url: string;
  readonly client: pg.Client;
}

export interface Lane {
  /** Both places, empty but for the types. */
  clear(): Promise<readonly [Place, Place]>;
  drop(): Promise<void>;
}

export function createLane(make: () => Promise<TestDatabase> = createTestDatabase): Lane {
  let pair: readonly [Opened, Opened] | null = null;
  let used = 0;
  const drop = async () => {
    const [home, twin] = pair ?? [];
    pair = null;
    await Promise.all([home?.database.drop(), twin?.database.drop()]);
  };
  return {
    async clear() {
      if (used++ % PLATFORMS_A_PAIR === 0) await drop();
      if (pair === null) pair = await Promise.all([open(make), open(make)]);
      else await Promise.all(pair.map(({ client }) => empty(client)));
      return pair;
    },
    drop,
  };
}

interface Opened extends Place {
  readonly database: TestDatabase;
}

async function open(make: () => Promise<TestDatabase>): Promise<Opened> {
  const database = await make();
  const client = await database.connect();
  // An exclusion constraint needs `=` on whatever kind of key.
  await client.query(`${TYPE_SETUP} CREATE SCHEMA extra; CREATE EXTENSION btree_gist SCHEMA extra;`);
  return { database, client, url: database.url };
}

const LEFT = `
  SELECT format('DROP SCHEMA %I CASCADE', nspname) AS statement FROM pg_catalog.pg_namespace
   WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema', 'extra')
  UNION ALL
  SELECT format('DROP TABLE public.%I CASCADE', relname) FROM pg_catalog.pg_class
   WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid = pg_class.oid)`;

async function empty(client: pg.Client): Promise<void> {
  // A platform that failed may have left its transaction open.
  await client.query("ROLLBACK");
  const { rows } = await client.query<{ statement: string }>(LEFT);
  await client.query(rows.map(({ statement }) => statement).join("; "));
}

/** The demo platform's databases: filled the first time, left alone ever after. */
import type pg from "pg";
import type { HarborProgress } from "../../examples/harbor/set-up.ts";
import { connect } from "../../lib/postgres/connection.ts";
import { quoteIdentifier } from "../../lib/postgres/identifiers.ts";

export interface DemoDatabase {
  readonly name: string;
  readonly region: "eu-1" | "us-1";
}

export const DEMO: readonly DemoDatabase[] = [
  { name: "harbor_eu_1", region: "eu-1" },
  { name: "harbor_us_1", region: "us-1" },
];

/** The URL of another database on the same server. */
export function urlOfDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

const DATABASE_EXISTS = "SELECT FROM pg_catalog.pg_database WHERE datname = $1";

/**
 * Creates and fills what is missing. A database is filled under another name and gets its own only when it is
 * full: an interrupted fill leaves nothing that looks like a demo, and is begun again.
 */
export async function fillDemo(
  serverUrl: string,
  scale: number,
  signal: AbortSignal,
  say: (sentence: string) => void,
): Promise<void> {
  const client = await connect(serverUrl, { applicationName: "tenantry start", signal });
  try {
    for (const database of DEMO) {
      signal.throwIfAborted();
      if ((await client.query(DATABASE_EXISTS, [database.name])).rowCount === 0) {
        await fill(client, serverUrl, database, scale, say);
      }
    }
  } finally {
    await client.end();
  }
}

async function fill(
  client: pg.Client,
  serverUrl: string,
  { name, region }: DemoDatabase,
  scale: number,
  say: (sentence: string) => void,
): Promise<void> {
  const began = performance.now();
  say(`Filling the demo platform's database ${name} (once) …`);
  const unfinished = `${name}_unfinished`;
  await client.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(unfinished)} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${quoteIdentifier(unfinished)} TEMPLATE template0 ENCODING 'UTF8'`);
  const { setUpHarbor } = await import("../../examples/harbor/set-up.ts");
  const rows = await setUpHarbor(urlOfDatabase(serverUrl, unfinished), {
    region,
    scale,
    onProgress: (progress) => showLine(`  ${describe(progress)}`),
  });
  showLine("");
  await client.query(`ALTER DATABASE ${quoteIdentifier(unfinished)} RENAME TO ${quoteIdentifier(name)}`);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const tenants = [...rows].map(([tenant, count]) => `${tenant} ${count.toLocaleString("en")}`).join(", ");
  say(`  full after ${seconds} s; rows by tenant: ${tenants}.`);
}

function describe(progress: HarborProgress): string {
  switch (progress.step) {
    case "migrating":
      return progress.migration;
    case "loading":
      return `${progress.tenant ?? "shared"}: ${progress.table}, ${progress.rows.toLocaleString("en")} rows`;
    case "analysing":
      return "statistics";
  }
}

/** One line that is written over, on a terminal only; in a log it would be many. */
function showLine(text: string): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}

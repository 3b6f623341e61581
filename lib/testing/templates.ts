/** The template databases of a test run. `records` is the console's own database, migrated and empty. */
import pg from "pg";
import { quoteIdentifier } from "../postgres/identifiers.ts";

export type Template = "empty" | "harbor" | "harbor-us" | "records";

type Region = "eu-1" | "us-1";

/** What the demo platform's set-up offers. Imported when it is asked for: no room stands on an example. */
interface HarborSetUp {
  setUpHarbor(url: string, options: { region: Region; scale: number }): Promise<unknown>;
}

/** A few rows in every table: what a test needs to see a row of each kind, and no more. */
const SCALE = 0.02;

/** Any number, the same in all workers: one of them builds, the others wait. */
const BUILDING = 7_291_001;

/** Those that this process has found complete: a template stays for the whole run. */
const complete = new Set<string>();

/** The name of the database to copy, built now if this is the run's first request for it. */
export async function templateDatabase(template: Template, serverUrl: string): Promise<string> {
  if (template === "empty") return "template0";
  const name = `template_${template.replace("-", "_")}`;
  if (complete.has(name)) return name;
  const client = new pg.Client({ connectionString: serverUrl, application_name: "tenantry harness" });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [BUILDING]);
    if (!(await isComplete(client, name))) await build(client, name, template, serverUrl);
    complete.add(name);
  } finally {
    await client.end();
  }
  return name;
}

/**
 * The statement that makes a database from a template. File by file, where the server lets one choose: by default it is
 * written into the log as well, block by block, ten megabytes each time (PostgreSQL documentation, CREATE DATABASE,
 * STRATEGY; before 15 there was no other way).
 */
export function copyOf(template: string, name: string, major: number): string {
  const statement = `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${quoteIdentifier(template)}`;
  return major < 15 ? statement : `${statement} STRATEGY file_copy`;
}

/** A database is marked as a template only once it is full. */
async function isComplete(client: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1 AND datistemplate", [
    name,
  ]);
  return rowCount === 1;
}

type Built = Exclude<Template, "empty">;

async function build(client: pg.Client, name: string, template: Built, serverUrl: string): Promise<void> {
  const database = quoteIdentifier(name);
  await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${database} TEMPLATE template0`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await fill(template, url.href);
  await client.query(`ALTER DATABASE ${database} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
}

async function fill(template: Built, url: string): Promise<void> {
  if (template === "records") {
    // Only by whoever builds it: every other file would wait a second for drizzle.
    const { migrateRecords } = await import("../records/migrate.ts");
    return migrateRecords(url);
  }
  const { setUpHarbor } = (await import(
    new URL("../../examples/harbor/set-up.ts", import.meta.url).href
  )) as HarborSetUp;
  await setUpHarbor(url, { region: template === "harbor" ? "eu-1" : "us-1", scale: SCALE });
}

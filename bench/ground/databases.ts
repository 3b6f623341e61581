/** The databases that are measured: one with the tenant, and its twin, the same without the tenant. */

import { scaleForRows, TENANTS } from "../../examples/harbor/generate/tenants.ts";
import { setUpHarbor } from "../../examples/harbor/set-up.ts";
import { connect } from "../../lib/postgres/connection.ts";
import { quoteIdentifier } from "../../lib/postgres/identifiers.ts";
import { type Extent, fromExtent } from "../../lib/rows/export/jobs.ts";
import { ownedTables, TENANT } from "./platform.ts";

/** Whose rows lie around it and grow with it. A third tenant stays tiny. */
const NEIGHBOUR = "saltmarsh";
/** The neighbour's rows for each of the tenant's. */
export const NEIGHBOUR_ROWS = 2;

export interface Pair {
  /** Has the tenant. */
  readonly source: string;
  /** Shared rows, users, neighbours; a template, so that every run gets it as it was. */
  readonly twin: string;
  /** Of the tenant, as generated. */
  readonly rows: number;
}

/**
 * Sets up source and twin for a tenant of about `rows` rows. The twin is the source after the tenant was deleted
 * and every table and index was written anew: whoever was its neighbour has the same ids in both.
 */
export async function setUpPair(server: string, rows: number): Promise<Pair> {
  const source = await createDatabase(server, `source_${rows}`);
  const scales = {
    [TENANT]: scaleForRows(tenant(TENANT), rows),
    [NEIGHBOUR]: scaleForRows(tenant(NEIGHBOUR), rows * NEIGHBOUR_ROWS),
  };
  const made = await setUpHarbor(source, { region: "eu-1", scale: 1, scales });
  await vacuum(source, false);
  const twin = await createDatabase(server, `twin_${rows}`, likeDatabase(source));
  await deleteTenant(twin);
  await vacuum(twin, true);
  return { source, twin, rows: made.get(TENANT)! };
}

/** A database that holds nothing but the tenant; `drop` when done. */
export async function onlyTenant(
  server: string,
  rows: number,
): Promise<{ url: string; drop(): Promise<void> }> {
  const url = await createDatabase(server, "alone");
  const scales = { [TENANT]: scaleForRows(tenant(TENANT), rows) };
  await setUpHarbor(url, { region: "eu-1", scale: 1, tenants: [TENANT], scales });
  await vacuum(url, false);
  return { url, drop: () => onServer(server, `DROP DATABASE ${quoteIdentifier("alone")}`) };
}

function tenant(slug: string) {
  return TENANTS.find((candidate) => candidate.slug === slug)!;
}

/** Rows find the tenant through one another: all are noted before the first one goes. No trigger may look. */
async function deleteTenant(url: string): Promise<void> {
  const { extents } = await ownedTables(url);
  const client = await connect(url, { applicationName: "bench" });
  try {
    await client.query("SET session_replication_role = replica");
    for (const extent of extents)
      await client.query(
        `CREATE TEMPORARY TABLE ${doomed(extent)} AS SELECT t.ctid AS place FROM ${fromExtent(extent)} WHERE ${extent.condition}`,
      );
    for (const extent of extents)
      await client.query(
        `DELETE FROM ${fromExtent(extent)} WHERE t.ctid = ANY (ARRAY(SELECT place FROM ${doomed(extent)}))`,
      );
  } finally {
    await client.end();
  }
}

function doomed(extent: Extent): string {
  return quoteIdentifier(`doomed_${extent.ordinal}`);
}

/** Hint bits, visibility map and statistics as they are on a database that has been living for a while. */
async function vacuum(url: string, rewrite: boolean): Promise<void> {
  const client = await connect(url, { applicationName: "bench" });
  try {
    if (rewrite) await client.query("VACUUM (FULL)");
    await client.query("VACUUM (FREEZE, ANALYZE)");
  } finally {
    await client.end();
  }
}

/** A copy of the twin for one run, everything written out; `drop` when done. */
export function cloneTwin(server: string, pair: Pair): Promise<Clone> {
  return clone(server, pair.twin);
}

/** The same of the source. */
export function cloneSource(server: string, pair: Pair): Promise<Clone> {
  return clone(server, pair.source);
}

export interface Clone {
  readonly url: string;
  drop(): Promise<void>;
}

async function clone(server: string, of: string): Promise<Clone> {
  const name = "run";
  const url = await createDatabase(server, name, likeDatabase(of));
  await onServer(server, "CHECKPOINT");
  // A session that has just ended may still be on its way out.
  return { url, drop: () => onServer(server, `DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`) };
}

export async function dropPair(server: string, { source, twin }: Pair): Promise<void> {
  for (const url of [source, twin])
    await onServer(server, `DROP DATABASE ${quoteIdentifier(new URL(url).pathname.slice(1))}`);
}

function likeDatabase(url: string): string {
  return `TEMPLATE ${quoteIdentifier(new URL(url).pathname.slice(1))} STRATEGY FILE_COPY`;
}

/** @param like what it begins as: SQL after the name */
export async function createDatabase(
  server: string,
  name: string,
  like = "TEMPLATE template0",
): Promise<string> {
  await onServer(server, `CREATE DATABASE ${quoteIdentifier(name)} ${like}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(server: string, sql: string): Promise<void> {
  const client = await connect(server, { applicationName: "bench" });
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A look at a database that somebody wants to register: can it be reached, whose is it, does the model fit? */

import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { readCatalog } from "../../catalog/read.ts";
import { readVersionNumber } from "../../catalog/sql/server.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { sessionsShared, sharesSessions } from "../../postgres/pooler.ts";
import { pinSession } from "../../postgres/session.ts";
import type { Records } from "../../records/client.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { planFinding } from "../shared/subject.ts";
import { connectionRefusal, type Login, tooOld } from "./connection-finding.ts";

export interface Look {
  readonly catalog: Catalog;
  /** What makes a database this one, whatever address leads to it. */
  readonly identity: string;
  readonly endpoint: string;
}

/**
 * @param login whose credentials these are, for what is said of them
 * @throws Refusal where it cannot be reached or read
 */
export async function lookAt(url: string, endpoint: string, options: LookOptions = {}): Promise<Look> {
  return withLook(url, endpoint, options, async (_client, look) => look);
}

export interface LookOptions {
  readonly login?: Login;
  readonly signal?: AbortSignal;
  /** Asked for a page: an address that this process has found to be direct a while ago is not tried again. */
  readonly forPage?: boolean;
}

/** Milliseconds for which an address counts as direct, and when each was found to be. */
const DIRECT_FOR = 10 * 60_000;
const direct = new Map<string, number>();

async function refuseShared(
  url: string,
  endpoint: string,
  { signal, forPage = false }: LookOptions,
): Promise<void> {
  if (forPage && Date.now() - (direct.get(url) ?? Number.NEGATIVE_INFINITY) < DIRECT_FOR) return;
  direct.delete(url);
  if (await sharesSessions(url, signal)) throw new Refusal(sessionsShared(endpoint));
  direct.set(url, Date.now());
}

/** The same, with the read-only session for the length of `work`. */
export async function withLook<T>(
  url: string,
  endpoint: string,
  options: LookOptions,
  work: (client: pg.Client, look: Look) => Promise<T>,
): Promise<T> {
  const { login = "planner", signal } = options;
  const client = await connect(url, { applicationName: "tenantry look", readOnly: true, signal }).catch(
    async (error: unknown) => Promise.reject(await connectionRefusal(error, url, endpoint, login)),
  );
  try {
    await pinSession(client);
    const old = tooOld(await readVersionNumber(client), endpoint);
    if (old !== null) throw new Refusal(old);
    await refuseShared(url, endpoint, options);
    await client.query("SET lock_timeout = '5s'");
    const catalog = await readCatalog(client);
    return await work(client, { catalog, identity: identify(catalog), endpoint });
  } catch (error) {
    throw planFinding(error, endpoint);
  } finally {
    await client.end();
  }
}

function identify({ server, database }: Catalog): string {
  return `${server.systemIdentifier ?? "unknown"}/${database.oid}/${database.name}`;
}

/** Which database the console's own records are. */
export async function recordsIdentity(records: Records): Promise<string> {
  const client = await records.pool.connect();
  try {
    const catalog = await readCatalog(client);
    return identify(catalog);
  } finally {
    client.release();
  }
}

/** Two addresses that should be one database, and must not be the records. */
export function identityFindings(planner: Look, runner: Look, records: string): Finding[] {
  const findings: Finding[] = [];
  if (planner.identity !== runner.identity)
    findings.push({
      code: "addresses-differ",
      severity: "blocks",
      where: runner.endpoint,
      what: "The planner's address and the runner's lead to two different databases.",
      todo: "Give both for the same database, with different users where you have them.",
    });
  if (runner.identity === records)
    findings.push({
      code: "database-is-records",
      severity: "blocks",
      where: runner.endpoint,
      what: "This is the database of the console's own records.",
      todo: "Register a database that holds tenants of the platform.",
    });
  return findings;
}

/** The model over this database; findings that block are the platform file's to answer, not the registration's. */
export function modelOf(look: Look, file: PlatformFile): TenancyModel {
  const model = deriveModel(look.catalog, file);
  const missing = model.findings.filter(({ code }) => UNFIT.has(code));
  if (model.tables.size === 0 || missing.length > 0)
    throw new Refusal(missing.length > 0 ? missing : model.findings);
  return model;
}

/** Without these names there is nothing to look after; other findings can be answered later. */
const UNFIT = new Set([
  "unknown-table",
  "unknown-column",
  "tenant-key-unknown",
  "schema-pattern-missing",
  "no-tenant-schema",
]);

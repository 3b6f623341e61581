/**
 * A drill: the bundle is restored on a throwaway server, with the same ids and every proof of an import, and thrown
 * away again. What has passed one can be brought back. Nothing is written to a database of the platform.
 */
import type { KeyObject } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { readCatalog } from "../../catalog/read.ts";
import type { Finding } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { viewOfFirst } from "../../tenancy/tenant-schema.ts";
import { type ImportResult, importTenant } from "../import/import-tenant.ts";
import { journalPath } from "../import/journal.ts";
import { readManifest } from "../import/outline.ts";
import type { RunContext } from "../run-context.ts";
import { makeSchemaOnceMore } from "../schema-once-more.ts";
import { type DrillServer, embeddedDrillServer, namedDrillServer } from "./drill-server.ts";
import { onDrillServer } from "./on-drill-server.ts";
import { insertReferenceRows } from "./reference-rows.ts";
import { copySurroundings } from "./surroundings.ts";
import { otherTenantsSchemas } from "./tenants-schemas.ts";

export interface DrillRequest {
  readonly source: BundleSource;
  readonly platform: PlatformFile;
  /** A database of the platform that is at the bundle's version: its schema is read, and shared rows that no bundle holds. */
  readonly schemaUrl: string;
  readonly trust?: readonly KeyObject[];
  /** A superuser's URL of a server that is there for drills alone; one is started where there is none. Never logged. */
  readonly server?: string | null;
  /** Bytes that the shared rows may have which come from that database. */
  readonly sharedLimit?: number;
}

export interface DrillResult {
  readonly manifest: Manifest;
  /** The tenant's, all restored and proved. */
  readonly rows: number;
  readonly tables: number;
  readonly commonRows: number;
  /** Seconds: until the server was there, to make its schema, to restore and prove the rows. */
  readonly seconds: { readonly server: number; readonly schema: number; readonly restore: number };
  readonly findings: readonly Finding[];
}

/** More than this is hardly countries and currencies. */
export const SHARED_LIMIT = 1024 ** 3;

/**
 * @throws Refusal with what keeps the bundle from being restored: it is not whole, not of the database's version, or a
 * proof fails. The server and everything on it are gone in any case, also when this process dies.
 */
export async function drillBundle(request: DrillRequest, context: RunContext): Promise<DrillResult> {
  const manifest = await readManifest(request.source);
  const { server: named, schemaUrl } = request;
  const begun = performance.now();
  const open = () =>
    named == null ? embeddedDrillServer() : namedDrillServer(named, schemaUrl, context.signal);
  const drill = ({ url }: DrillServer) =>
    drillOn(url, manifest, (performance.now() - begun) / 1000, request, context);
  return onDrillServer(open, drill, context);
}

async function drillOn(
  url: string,
  manifest: Manifest,
  serverSeconds: number,
  request: DrillRequest,
  context: RunContext,
): Promise<DrillResult> {
  const { schemaUrl } = request;
  const client = await connect(url, { applicationName: "tenantry drill", signal: context.signal });
  try {
    await pinSession(client);
    context.progress({ phase: "schema", table: null, rows: 0, bytes: 0, totalRows: null });
    const schema = await timed(() =>
      makeSchemaOnceMore(schemaUrl, client, context.signal, (catalog) =>
        otherTenantsSchemas(catalog, request.platform, manifest),
      ),
    );
    const catalog = await readCatalog(client);
    await bringSurroundings(client, request, context);
    const commonRows = await insertReferenceRows(client, catalog, request.source, context);
    const restore = await timed(() => restoreTenant(url, request, context));
    return {
      manifest,
      rows: restore.result.tables.reduce((sum, { rows }) => sum + rows, 0),
      tables: restore.result.tables.length,
      commonRows,
      seconds: { server: serverSeconds, schema: schema.seconds, restore: restore.seconds },
      findings: [...schema.result, ...restore.result.findings.map(withoutErrand)],
    };
  } finally {
    await client.end();
  }
}

/** What a note says is to be done after an import is not after a drill: nothing is left of it. */
function withoutErrand({ todo, ...finding }: Finding): Finding {
  return finding.severity === "notes" || todo === undefined ? finding : { ...finding, todo };
}

/** Shared rows that no bundle holds come from the database whose schema was taken. */
async function bringSurroundings(
  client: pg.Client,
  { schemaUrl, platform, sharedLimit = SHARED_LIMIT }: DrillRequest,
  { signal }: RunContext,
): Promise<void> {
  const live = await connect(schemaUrl, { applicationName: "tenantry drill", readOnly: true, signal });
  try {
    await pinSession(live);
    await live.query("SET lock_timeout = '5s'");
    const catalog = viewOfFirst(await readCatalog(live), platform);
    await copySurroundings(live, client, catalog, deriveModel(catalog, platform), sharedLimit);
  } finally {
    await live.end();
  }
}

/** The import that would bring the tenant back, with all that it proves before it commits. */
async function restoreTenant(
  url: string,
  { source, platform, trust }: DrillRequest,
  context: RunContext,
): Promise<ImportResult> {
  const folder = await mkdtemp(join(tmpdir(), "tenantry-drill-"));
  try {
    const journal = (key: string) => journalPath(join(folder, "drill"), key);
    return await importTenant(
      { source, url, platform, trust, ids: "kept", unreviewed: true, journal },
      context,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}

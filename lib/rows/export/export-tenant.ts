/**
 * Exports one tenant into a sealed bundle: one snapshot, several connections, lines built by the database, bytes
 * moved by Node. Nothing is written to the database; the bundle appears under its name only when it is sealed.
 */
import type { KeyObject } from "node:crypto";
import type pg from "pg";
import type { Manifest, Seal } from "../../bundle/manifest.ts";
import { bundleName } from "../../bundle/name.ts";
import type { BundleStore } from "../../bundle/stores/store.ts";
import { type BundleWriter, createBundleWriter } from "../../bundle/writer.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import { beginExportedSnapshot, joinSnapshot } from "../../postgres/snapshot.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { giveRoomForJoins } from "../room-for-joins.ts";
import type { RunContext } from "../run-context.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import { commonTables } from "./common-circles.ts";
import { describeExport, withEstimates } from "./describe.ts";
import { estimateRows } from "./estimate.ts";
import { beginOrGoOn } from "./going-on.ts";
import { copyJobs, dataExtents, type Extent, type Job, referenceExtents } from "./jobs.ts";
import type { PartTaker } from "./keeping.ts";
import { oversizedRows } from "./oversized-rows.ts";
import { type PathCheck, pathChecks } from "./paths-agree.ts";
import { awaitSlot, takeSlot } from "./pool.ts";
import { readFinding } from "./read-findings.ts";
import { readJobs } from "./read-jobs.ts";
import { readSource } from "./read-source.ts";
import { secretsInArrays } from "./secrets-in-arrays.ts";
import { sharedRowsNamingTenant } from "./shared-rows-naming.ts";
import { readingOf } from "./slicing.ts";
import { type TakenOver, writeTakenOver } from "./taken-over.ts";
import type { GoingOn } from "./unfinished.ts";

export interface ExportRequest {
  /** Connection string of the tenant's home database. */
  readonly url: string;
  readonly platform: PlatformFile;
  /** Slug or key. */
  readonly tenant: string;
  readonly store: BundleStore;
  /** The bundle's name in the store; by default derived from slug, schema version and time. */
  readonly name?: string;
  readonly compression: "gzip" | "zstd";
  readonly signKey?: KeyObject;
  /** age recipients, who alone can open the file; not encrypted without. */
  readonly recipients?: readonly string[];
  /** Connections to read over; 2 by default. */
  readonly connections?: number;
  readonly by?: string;
  readonly reason?: string;
  /** Where it can go on after its process died: of a fenced tenant, from the last part that was whole. */
  readonly goingOn?: GoingOn;
  readonly engineVersion: string;
  /** The upgrades that the rows have been through. */
  readonly ancestry?: Manifest["ancestry"];
}

export interface ExportResult {
  readonly name: string;
  readonly manifest: Manifest;
  readonly seal: Seal;
  /** The file's length and its SHA-256. */
  readonly bytes: number;
  readonly sha256: string;
  readonly findings: readonly Finding[];
}

/**
 * @throws Refusal when the tenant, the model or the role's rights do not allow an export; nothing is left behind
 */
export async function exportTenant(request: ExportRequest, context: RunContext): Promise<ExportResult> {
  const clients: pg.Client[] = [];
  const close = () => Promise.allSettled(clients.splice(0).map((client) => client.end()));
  try {
    const readers = await openReaders(request, context, clients);
    const [coordinator, ...helpers] = readers as [pg.Client, ...pg.Client[]];
    const snapshot = await beginExportedSnapshot(coordinator);
    await Promise.all(helpers.map((helper) => joinSnapshot(helper, snapshot.id)));
    const source = await readSource(coordinator, request.platform, request.tenant, helpers);
    const { catalog, model, tenant } = source;
    const key = tenantKeyLiteral(model, tenant.key);
    const data = dataExtents(catalog, model, key);
    const reference = referenceExtents(catalog, model, commonTables(model), key);
    const extents = [...data, ...reference];
    const looking = alongside(
      helpers[0],
      () => estimateRows(coordinator, extents),
      (session) => unfitRows(session ?? coordinator, extents),
    );
    looking.catch(() => undefined);
    // While the server looks.
    const described = describeExport({
      ...source,
      snapshot,
      data,
      reference,
      engineVersion: request.engineVersion,
      ancestry: request.ancestry,
      request: { by: request.by ?? null, at: new Date().toISOString(), reason: request.reason ?? null },
    });
    const [estimates, unfit] = await looking;
    if (blocks(unfit)) throw new Refusal(unfit);
    const writer = Promise.withResolvers<BundleWriter>();
    writer.promise.catch(() => undefined);
    const manifest = withEstimates(described, data, estimates);
    const about = { client: coordinator, catalog, model, tenantKey: tenant.key, manifest, data };
    const beginning = await beginOrGoOn(request, { ...about, signal: context.signal });
    try {
      const { keeps, taken } = beginning;
      const jobsOf = (some: readonly Extent[]) =>
        some.flatMap((extent) => {
          const open =
            extent.section === "data" && taken?.open?.ordinal === extent.ordinal ? taken.open : undefined;
          const goingOn = { keeps, taken: open };
          return copyJobs(extent, readingOf(extent, estimates.get(extent)!, readers.length, goingOn));
        });
      const totalRows = data.reduce((rows, extent) => rows + estimates.get(extent)!.rows, 0);
      const work = { jobsOf, reference, data, checks: pathChecks(catalog, model, key), totalRows };
      // The server begins to read while the file is opened.
      const taker = Promise.withResolvers<PartTaker>();
      taker.promise.catch(() => undefined);
      writer.promise.catch(taker.reject);
      const reading = readFrom(taken, readers, work, taker.promise, context);
      reading.catch(() => undefined);
      const name =
        request.name ?? bundleName(manifest, request.compression, Boolean(request.recipients?.length));
      const sink = await context.sideEffect("create bundle file", () =>
        request.store.create(name, beginning.create),
      );
      const opened = createBundleWriter({ ...request, ...context, sink, manifest });
      writer.resolve(opened);
      taker.resolve(beginning.taker(opened, sink));
      const disagreements = await reading;
      const naming = await sharedRowsNamingTenant(coordinator, catalog, model, key);
      await beginning.stillStanding(coordinator);
      // Nobody waits for the server to see that they go.
      void close();
      const seal = await (await writer.promise).finish();
      const findings = [...source.findings, ...beginning.findings, ...disagreements, ...naming];
      return { name, manifest, seal, ...(await writer.promise).file(), findings };
    } catch (error) {
      writer.reject(error);
      await writer.promise.then(
        (opened) => opened.abort(),
        () => undefined,
      );
      throw error;
    } finally {
      await beginning.taken?.source.close();
    }
  } catch (error) {
    throw readFinding(error, request.tenant, context.signal);
  } finally {
    await close();
  }
}

/**
 * All at once; each that was opened stands in `clients`, whatever becomes of the others. The first one waits for its
 * slot among all exports of the database, the others make do without where there is none left for them.
 */
async function openReaders(
  { url, connections = 2, goingOn }: ExportRequest,
  context: RunContext,
  clients: pg.Client[],
): Promise<pg.Client[]> {
  const { signal } = context;
  const open = async () => {
    const client = await connect(url, { applicationName: "tenantry export", readOnly: true, signal });
    clients.push(client);
    await pinSession(client);
    await giveRoomForJoins(client);
    // The lines cost the processor, and two of them are busy already: this platform has other users. And a
    // migration may hold a table for itself: whoever waits for it holds the snapshot, and VACUUM, up.
    await client.query(
      `SET max_parallel_workers_per_gather = 0; SET lock_timeout = '5s'; SET statement_timeout = '${LONGEST_READ}'`,
    );
    // A scan that begins where another one is gives rows in no order that a next attempt could go on from.
    if (goingOn !== undefined) await client.query("SET synchronize_seqscans = off");
    return client;
  };
  const opened = await Promise.allSettled(Array.from({ length: Math.max(1, connections) }, open));
  const [coordinator, ...others] = opened.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
  await awaitSlot(coordinator!, context);
  const joined = await Promise.all(others.map(async (client) => ((await takeSlot(client)) ? client : null)));
  await Promise.all(others.filter((client) => !joined.includes(client)).map((client) => client.end()));
  return [coordinator!, ...joined.filter((client) => client !== null)];
}

interface ReadWork {
  readonly jobsOf: (extents: readonly Extent[]) => Job[];
  readonly reference: readonly Extent[];
  readonly data: readonly Extent[];
  readonly checks: readonly PathCheck[];
  readonly totalRows: number;
}

/** All from the database, or what follows on what is taken over. Common rows have no fence, and come first in a file. */
async function readFrom(
  taken: TakenOver | null,
  readers: readonly pg.Client[],
  { jobsOf, reference, data, checks, totalRows }: ReadWork,
  taker: Promise<PartTaker>,
  context: RunContext,
): Promise<Finding[]> {
  if (taken === null)
    return readJobs(readers, { jobs: jobsOf([...reference, ...data]), checks, totalRows }, taker, context);
  await readJobs(readers, { jobs: jobsOf(reference), checks: [], totalRows }, taker, context);
  const before = { rows: 0, bytes: 0 };
  const taking = await taker;
  await writeTakenOver(taken, taking, (part) => {
    context.signal.throwIfAborted();
    before.rows += part.rows;
    before.bytes += part.bytes;
    context.progress({ phase: "taking over", table: null, ...before, totalRows });
  });
  await taking.tookOver();
  const left = jobsOf(data.filter(({ ordinal }) => ordinal > taken.through));
  return readJobs(readers, { jobs: left, checks, totalRows, before }, taker, context);
}

/** As long as a run may take: what nobody ends is ended by the server. */
const LONGEST_READ = "6h";

/** Both at once where there is a second session, one after the other where there is none. */
async function alongside<First, Second>(
  helper: pg.ClientBase | undefined,
  first: () => Promise<First>,
  second: (session: pg.ClientBase | undefined) => Promise<Second>,
): Promise<[First, Second]> {
  if (helper === undefined) return [await first(), await second(undefined)];
  return Promise.all([first(), second(helper)]);
}

async function unfitRows(client: pg.ClientBase, extents: readonly Extent[]): Promise<Finding[]> {
  return [...(await oversizedRows(client, extents)), ...(await secretsInArrays(client, extents))];
}

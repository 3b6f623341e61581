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
import { copyOut } from "../../postgres/copy-streams.ts";
import { pinSession } from "../../postgres/session.ts";
import { beginExportedSnapshot, joinSnapshot } from "../../postgres/snapshot.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import type { RunContext } from "../run-context.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import { commonTables } from "./common-rows.ts";
import { describeExport } from "./describe.ts";
import { estimateRows } from "./estimate.ts";
import { copyJobs, dataExtents, type Extent, type Job, referenceExtents } from "./jobs.ts";
import { type OrderedTurns, orderedTurns } from "./ordered-turns.ts";
import { oversizedRows } from "./oversized-rows.ts";
import { createPartBuffers, cutParts, PART_TARGET, type Part, type PartBuffers } from "./parts.ts";
import { type PathCheck, pathChecks, pathDisagreement } from "./paths-agree.ts";
import { readFinding } from "./read-findings.ts";
import { readSource } from "./read-source.ts";
import { secretsInArrays } from "./secrets-in-arrays.ts";

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
  /** Connections to read over; 2 by default. */
  readonly connections?: number;
  readonly by?: string;
  readonly reason?: string;
  readonly engineVersion: string;
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

/** Below this many estimated rows a table is read by one connection. */
const SLICE_ROWS = 20_000;

/**
 * @throws Refusal when the tenant, the model or the role's rights do not allow an export; nothing is left behind
 */
export async function exportTenant(request: ExportRequest, context: RunContext): Promise<ExportResult> {
  const clients: pg.Client[] = [];
  const open = async () => {
    const client = await connect(request.url, {
      applicationName: "tenantry export",
      readOnly: true,
      signal: context.signal,
    });
    clients.push(client);
    await pinSession(client);
    // The lines cost the processor, and two of them are busy already: this platform has other users.
    await client.query("SET max_parallel_workers_per_gather = 0");
    // A migration may hold a table for itself: whoever waits for it holds the snapshot, and VACUUM, up.
    await client.query("SET lock_timeout = '5s'");
    return client;
  };
  try {
    const coordinator = await open();
    const snapshot = await beginExportedSnapshot(coordinator);
    const source = await readSource(coordinator, request.platform, request.tenant);
    const { catalog, model, tenant } = source;
    const key = tenantKeyLiteral(model, tenant.key);
    const data = dataExtents(catalog, model, key);
    const reference = referenceExtents(catalog, model, commonTables(model), key);
    const estimates = await estimateRows(coordinator, [...data, ...reference]);
    const unfit = [
      ...(await oversizedRows(coordinator, [...data, ...reference])),
      ...(await secretsInArrays(coordinator, [...data, ...reference])),
    ];
    if (blocks(unfit)) throw new Refusal(unfit);
    const manifest = describeExport({
      ...source,
      snapshot,
      data,
      reference,
      estimates,
      engineVersion: request.engineVersion,
      request: { by: request.by ?? null, at: new Date().toISOString(), reason: request.reason ?? null },
    });
    const connections = Math.max(1, request.connections ?? 2);
    const readers = [coordinator];
    while (readers.length < connections) {
      const reader = await open();
      await joinSnapshot(reader, snapshot.id);
      readers.push(reader);
    }
    const name = request.name ?? bundleName(manifest, request.compression);
    const sink = await context.sideEffect("create bundle file", () => request.store.create(name));
    const writer = createBundleWriter({ ...request, sink, manifest, sideEffect: context.sideEffect });
    try {
      const jobs = [...reference, ...data].flatMap((extent) =>
        copyJobs(extent, (estimates.get(extent) ?? 0) > SLICE_ROWS ? connections : 1),
      );
      const totalRows = data.reduce((rows, extent) => rows + (estimates.get(extent) ?? 0), 0);
      const work = { jobs, checks: pathChecks(model, key), totalRows };
      const disagreements = await readAll(readers, work, writer, context);
      const seal = await writer.finish();
      const findings = [...source.findings, ...disagreements];
      return { name, manifest, seal, ...writer.file(), findings };
    } catch (error) {
      await writer.abort();
      throw error;
    }
  } catch (error) {
    throw readFinding(error, request.tenant, context.signal);
  } finally {
    await Promise.allSettled(clients.map((client) => client.end()));
  }
}

interface Work {
  readonly jobs: readonly Job[];
  readonly checks: readonly PathCheck[];
  /** Estimated. */
  readonly totalRows: number;
}

/**
 * Each connection takes the next job when it is done with one; parts are written in the members' order. Whoever
 * finds no job left makes the checks that only warn, while the others finish reading. Gives what they found.
 */
async function readAll(
  readers: readonly pg.Client[],
  { jobs, checks, totalRows }: Work,
  writer: BundleWriter,
  context: RunContext,
): Promise<Finding[]> {
  const orders = new Map<Extent, number>();
  for (const { extent } of jobs) if (!orders.has(extent)) orders.set(extent, orders.size);
  const turns = orderedTurns(jobs.map(({ extent }) => orders.get(extent)!));
  const queue = [...jobs];
  const unchecked = [...checks.entries()];
  const disagreements: (Finding | null)[] = [];
  let rows = 0;
  let bytes = 0;
  const write = async (part: Part, extent: Extent) => {
    context.signal.throwIfAborted();
    await writer.addPart(extent.section, extent.ordinal, part.chunks, part.rows);
    rows += extent.section === "data" ? part.rows : 0;
    bytes += part.bytes;
    context.progress({ phase: "reading", table: extent.table.id, rows, bytes, totalRows });
  };
  const read = async (reader: pg.Client) => {
    const buffers = createPartBuffers();
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const order = orders.get(job.extent)!;
      await readJob(reader, job, buffers, order, turns, write, context.signal);
      turns.end(order);
    }
    for (let next = unchecked.shift(); next !== undefined; next = unchecked.shift()) {
      disagreements[next[0]] = await pathDisagreement(reader, next[1]);
    }
  };
  await Promise.all(
    readers.map((reader) =>
      read(reader).catch((error: unknown) => {
        turns.fail(error);
        throw error;
      }),
    ),
  );
  return disagreements.filter((finding) => finding !== null);
}

async function readJob(
  reader: pg.Client,
  { extent, sql, columns }: Job,
  buffers: PartBuffers,
  order: number,
  turns: OrderedTurns,
  write: (part: Part, extent: Extent) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  // One part is written while the next is read.
  let written = Promise.resolve();
  try {
    for await (const part of cutParts(copyOut(reader, sql), columns, PART_TARGET, buffers)) {
      await written;
      written = turns.take(order, () => write(part, extent));
      written.catch(() => undefined);
    }
    await written;
  } catch (error) {
    throw readFinding(error, extent.table.id, signal);
  }
}

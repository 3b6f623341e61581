/** A live tenant as one side of a comparison: read at one snapshot, by the same SELECT lists as an export. */
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import type { Finding } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { copyOut } from "../../postgres/copy-streams.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import { pinSession } from "../../postgres/session.ts";
import { beginExportedSnapshot, joinSnapshot } from "../../postgres/snapshot.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { copyJobs, dataExtents, type Extent, type Job } from "../export/jobs.ts";
import { cutParts } from "../export/parts.ts";
import { takeSlot } from "../export/pool.ts";
import { readSource } from "../export/read-source.ts";
import { WHOLE } from "../export/slices.ts";
import { referencesHold } from "../proof/references-hold.ts";
import { giveRoomForJoins } from "../room-for-joins.ts";
import { columnEncoding } from "../select-list.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import type { CompareSide } from "./side.ts";

/** Stays in the processor's cache from the writer of lines to whoever reads them. */
const PIECE_BYTES = 256 * 1024;

export interface LiveSideOptions {
  readonly url: string;
  readonly platform: PlatformFile;
  /** Slug or key. */
  readonly tenant: string;
  /** The bundle on the other side: its columns are read, where the model has come to drop or carry others. */
  readonly like?: Manifest;
  readonly signal?: AbortSignal;
}

/** Holds a snapshot until it is closed, over two connections where there is a second one to be had. */
export async function liveSide(
  options: LiveSideOptions,
): Promise<CompareSide & { readonly model: TenancyModel }> {
  const clients: pg.Client[] = [];
  const close = () => Promise.all(clients.splice(0).map((client) => client.end())).then(() => undefined);
  try {
    const client = await openSession(options, clients);
    const snapshot = await beginExportedSnapshot(client);
    const { catalog, model, tenant } = await readSource(client, options.platform, options.tenant);
    const key = tenantKeyLiteral(model, tenant.key);
    const extents = dataExtents(catalog, model, key).map((extent) => carriedLike(extent, options.like));
    const beside = await openBeside(options, snapshot.id, clients);
    return {
      name: `${catalog.database.name}#${tenant.slug ?? tenant.key}`,
      tenantKey: tenant.key,
      model,
      tables: extents.map(({ table, modelTable, carried }) => ({
        id: table.id,
        columns: carried.map((name) => ({ name, encoding: columnEncoding(columnOf(table.columns, name)) })),
        key: modelTable.key,
      })),
      digests: null,
      async *read(wanted) {
        for (const extent of extents) {
          if (!wanted.has(extent.table.id)) continue;
          yield { table: extent.table.id, lines: linesOf(client, copyJobs(extent, { slicing: WHOLE })[0]!) };
        }
      },
      async checkReferences(signal) {
        const findings: Finding[] = [];
        for (const id of model.loadOrder) {
          signal.throwIfAborted();
          // Over the one connection they take turns with the tables.
          findings.push(...(await referencesHold(beside ?? client, catalog, model, id, key)));
        }
        return findings;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openSession({ url, signal }: LiveSideOptions, clients: pg.Client[]): Promise<pg.Client> {
  const client = await connect(url, { applicationName: "tenantry compare", readOnly: true, signal });
  clients.push(client);
  await pinSession(client);
  await giveRoomForJoins(client);
  // Lines, hashes and both sessions keep two processors busy: this platform has other users.
  await client.query("SET max_parallel_workers_per_gather = 0");
  return client;
}

/** A second session in the same snapshot; null where the exports of this database have taken all that are given. */
async function openBeside(
  options: LiveSideOptions,
  snapshot: string,
  clients: pg.Client[],
): Promise<pg.Client | null> {
  // A role may be allowed one connection and no more: one is enough.
  const client = await openSession(options, clients).catch(() => null);
  if (client === null) return null;
  if (await takeSlot(client)) {
    await joinSnapshot(client, snapshot);
    return client;
  }
  clients.splice(clients.indexOf(client), 1);
  await client.end();
  return null;
}

/** Whole lines in pieces; each is good until the second next one is asked for. */
async function* linesOf(client: pg.ClientBase, { sql, columns }: Job): AsyncGenerator<Buffer> {
  for await (const { chunks } of cutParts(copyOut(client, sql), columns, PIECE_BYTES)) yield* chunks;
}

/** The columns of the bundle, where the table has them all; its own otherwise, and the comparison says so. */
function carriedLike(extent: Extent, like: Manifest | undefined): Extent {
  const bundled = like?.tables.find((table) => qualifiedName(table.schema, table.name) === extent.table.id);
  if (bundled === undefined) return extent;
  const names = bundled.columns.map((column) => column.name);
  return names.every((name) => extent.table.columns.some((column) => column.name === name))
    ? { ...extent, carried: names }
    : extent;
}

function columnOf<T extends { readonly name: string }>(columns: readonly T[], name: string): T {
  return columns.find((column) => column.name === name)!;
}

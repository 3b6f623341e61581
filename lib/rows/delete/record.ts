/**
 * The first transactions of a delete: the rows that are there are held against the bundle once more and, as of the same
 * snapshot, recorded by their keys. What is not recorded is not deleted; and when parents are gone, the records still
 * tell which rows were meant.
 */
import { Refusal } from "../../findings/finding.ts";
import { LOCK_CLASS } from "../../postgres/tenant-lock.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { RunContext } from "../run-context.ts";
import { type BundleDigests, differsFromBundle } from "./bundle-digests.ts";
import { groupsOf, type Member } from "./member.ts";
import { orderGroup, rawName } from "./order-group.ts";
import { ownTransaction, type Writer } from "./own-transaction.ts";
import { ERASURE_SCHEMA, erasureCleanup, recordedRows } from "./statements.ts";

export interface Recording {
  readonly slug: string | null;
  readonly shape: string;
  readonly bundle: BundleDigests;
  readonly tenantKeySql: string;
}

/** @throws Refusal where a row that is there is not in the bundle as it is; nothing is recorded then */
export async function recordRows(
  writer: Writer,
  model: TenancyModel,
  members: readonly Member[],
  { slug, shape, bundle, tenantKeySql }: Recording,
  context: RunContext,
): Promise<void> {
  const { client, catalog, tenantKey } = writer;
  const cleanup = erasureCleanup(
    tenantKey,
    members.map(({ record }) => record),
  );
  // What is to be cleaned up is written down, and committed, before any of it is there.
  await ownTransaction(writer, async () => {
    // Two deletes that begin at once would both make the ledger's tables.
    await client.query("SELECT pg_advisory_xact_lock($1::int, hashtext('tenantry.erasure'))", [LOCK_CLASS]);
    await client.query(ERASURE_SCHEMA);
    await client.query("DELETE FROM tenantry.cleanup WHERE tenant = $1 AND place >= $2", [
      tenantKey,
      CLEANUP_FROM,
    ]);
    await client.query(
      `INSERT INTO tenantry.cleanup (tenant, place, statement)
       SELECT $1, $2 + place, statement FROM unnest($3::text[]) WITH ORDINALITY AS given(statement, place)`,
      [tenantKey, CLEANUP_FROM, cleanup],
    );
    return { value: undefined, expected: new Map() };
  });
  await ownTransaction(
    writer,
    async () => {
      await client.query(RECORDING);
      const differences = await differsFromBundle(client, catalog, model, tenantKeySql, bundle, context);
      if (differences.length > 0) throw new Refusal(differences);
      for (const statement of cleanup) await client.query(statement);
      await client.query("INSERT INTO tenantry.erasure (tenant, slug, shape) VALUES ($1, $2, $3)", [
        tenantKey,
        slug,
        shape,
      ]);
      for (const group of groupsOf(members)) {
        context.signal.throwIfAborted();
        const table = group[0]!.doomed.table.id;
        context.progress({ phase: "recording", table, rows: 0, bytes: 0, totalRows: null });
        await writer.context.sideEffect(`record ${table}`, () =>
          recordGroup(writer, model, group, tenantKeySql),
        );
      }
      return { value: undefined, expected: new Map() };
    },
    "REPEATABLE READ",
  );
}

/**
 * Rows are sorted by where they lie, in memory; and of a record the planner wants to know little more than its size, for
 * which a tenth of the usual sample will do.
 */
const RECORDING = `SET LOCAL search_path TO pg_catalog; SET LOCAL work_mem = '64MB';
  SET LOCAL default_statistics_target = 10`;

/** Behind the fence's own places in the list. */
const CLEANUP_FROM = 1_000_000;

async function recordGroup(
  { client, catalog, tenantKey }: Writer,
  model: TenancyModel,
  group: readonly Member[],
  tenantKeySql: string,
): Promise<void> {
  const isTangled = group[0]!.doomed.tangled;
  let places = 0;
  for (const member of group) {
    const { doomed, record, number } = member;
    const rows = recordedRows(model, doomed, record, tenantKeySql);
    // Its command tag says how many rows it has written.
    const { rowCount } = await client.query(
      isTangled
        ? `CREATE TEMPORARY TABLE ${rawName(member)} ON COMMIT DROP AS ${rows}`
        : `CREATE TABLE ${record.place} AS ${rows}`,
    );
    const recorded = rowCount!;
    places += recorded;
    await client.query(
      "INSERT INTO tenantry.erasure_table (tenant, number, name, grouped, columns, recorded) VALUES ($1, $2, $3, $4, $5, $6)",
      [tenantKey, number, doomed.table.id, doomed.group, [...record.columns.keys()], recorded],
    );
  }
  if (isTangled) await orderGroup(client, catalog, group, places);
  for (const { record } of places > READ_WHOLE ? group : []) {
    await client.query(`CREATE UNIQUE INDEX ON ${record.place} (place)`);
    await client.query(`ANALYZE ${record.place}`);
  }
  await client.query("INSERT INTO tenantry.erasure_group (tenant, grouped, places) VALUES ($1, $2, $3)", [
    tenantKey,
    group[0]!.doomed.group,
    places,
  ]);
}

/** A record of so few rows is read whole faster than an index on it is made. */
const READ_WHOLE = 1_000;

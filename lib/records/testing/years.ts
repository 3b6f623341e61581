/**
 * Records as after years of use, written by set-based SQL around a few real rows: tenants, operations with the plans
 * of real ones, and an audit trail whose chain holds.
 */
import { asc, gt } from "drizzle-orm";
import type pg from "pg";
import { GENESIS, linkHash } from "../audit-form.ts";
import type { Records } from "../client.ts";
import { auditEntries, auditLinks } from "../schema/audit-entries.ts";
import {
  ATTEMPTS,
  AUDIT_ENTRIES,
  BUNDLES,
  DELIVERIES,
  DOWNLOADS,
  EVENTS,
  LINKS,
  NOTICES,
  OPERATIONS,
  PERSONS,
  REVIEWS,
  ROLE_GRANTS,
  TENANTS,
  UPLOADS,
} from "./years-sql.ts";

/** How many of each. */
export interface Years {
  readonly tenants: number;
  /** More than sixty. */
  readonly operations: number;
  readonly entriesOfOperation: number;
  readonly bundles: number;
  readonly persons: number;
  /** Notices, downloads, uploads, deliveries, attempts to sign in: so many of each. */
  readonly others: number;
}

/** Real rows, of which the others are copies. */
export interface Originals {
  readonly platformId: string;
  readonly databaseIds: readonly [string, string];
  /** An export that succeeded, and an operation that waits for its review. */
  readonly exportId: string;
  readonly reviewId: string;
  readonly bundleId: string;
  /** Who has an inbox, and moves bundles. */
  readonly personId: string;
  readonly webhookSecret: Buffer;
}

/** Entries that are hashed at a time. */
const BATCH = 20_000;

/** Guards that work row by row: each would be called a million times, and nobody listens or links meanwhile. */
const GUARDS = [
  ["audit_entries", "audit_entries_file"],
  ["operation_events", "operation_events_announce"],
] as const;

/** Needs the owner's rights. What is there stays; nothing of the trail may be linked yet. */
export async function fillYears(records: Records, years: Years, originals: Originals): Promise<void> {
  // A session of its own, closed afterwards: what a page may not do takes as long as it takes here.
  const client = await records.pool.connect();
  try {
    await client.query("SET statement_timeout = 0");
    await fill(client, years, originals);
    await linkAll(records);
    await client.query("VACUUM (FREEZE, ANALYZE)");
  } finally {
    client.release(true);
  }
}

async function fill(client: pg.PoolClient, years: Years, originals: Originals): Promise<void> {
  const { platformId, databaseIds, exportId, reviewId, bundleId, personId, webhookSecret } = originals;
  // What the real rows have left to be linked is linked in the same walk.
  await client.query("DELETE FROM audit_unlinked");
  for (const [table, guard] of GUARDS) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ${guard}`);
  await client.query(PERSONS, [years.persons]);
  await client.query(ROLE_GRANTS);
  await client.query(TENANTS, [platformId, ...databaseIds, years.tenants]);
  await client.query(OPERATIONS, [exportId, reviewId, years.operations, years.tenants, databaseIds]);
  await client.query(REVIEWS);
  await client.query(EVENTS);
  await client.query(BUNDLES, [bundleId, years.bundles, years.tenants]);
  await client.query(NOTICES, [personId, years.others]);
  await client.query(DOWNLOADS, [bundleId, personId, years.others]);
  await client.query(UPLOADS, [platformId, personId, years.others]);
  await client.query(DELIVERIES, [webhookSecret, years.others]);
  await client.query(ATTEMPTS, [years.others]);
  await client.query(AUDIT_ENTRIES, [years.entriesOfOperation, years.persons]);
  for (const [table, guard] of GUARDS)
    await client.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${guard}`);
}

/** The chain as the linker makes it, many entries at a time. */
async function linkAll(records: Records): Promise<void> {
  if ((await records.$count(auditLinks)) > 0) throw new Error("somebody has begun to link");
  let head = { place: 0, hash: GENESIS, id: "00000000-0000-0000-0000-000000000000" };
  for (;;) {
    const entries = await records
      .select()
      .from(auditEntries)
      .where(gt(auditEntries.id, head.id))
      .orderBy(asc(auditEntries.id))
      .limit(BATCH);
    if (entries.length === 0) return;
    const links = entries.map((entry) => {
      const place = head.place + 1;
      head = { place, hash: linkHash(head.hash, place, entry), id: entry.id };
      return head;
    });
    await records.pool.query(LINKS, [
      links.map(({ place }) => place),
      links.map(({ id }) => id),
      links.map(({ hash }) => hash),
    ]);
  }
}

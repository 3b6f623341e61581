/**
 * What is left of a tenant that was deleted: its key, what proves that it is gone, and where it can be brought back from.
 * No name, no slug, no domain. Written before the first row goes, so that whatever dies on the way is known.
 */
import { sql } from "drizzle-orm";
import { bigint, check, index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bundles } from "./bundles.ts";
import { at, createdAt, id } from "./columns.ts";
import { databases } from "./databases.ts";
import { drills } from "./drills.ts";
import { operations } from "./operations.ts";
import { persons } from "./persons.ts";
import { platforms } from "./platforms.ts";

/**
 * `deleting`: rows may be gone, and are all in the bundle. `deleted`: proved empty. `restored`: all of it is back.
 * `replaced`: it was there again, from a backup, and another delete has taken it up.
 */
export const TOMBSTONE_STATES = ["deleting", "deleted", "restored", "replaced"] as const;

export interface DeletedTable {
  readonly table: string;
  readonly rows: number;
}

export interface FinalizerRecord {
  readonly name: string;
  readonly kind: "manual" | "webhook";
  /** ISO 8601: when a person confirmed it, or the webhook's receiver said yes. */
  readonly at: string;
  /** Who confirmed it; null for a webhook. */
  readonly by: string | null;
}

export const tombstones = pgTable(
  "tombstones",
  {
    id: id(),
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    databaseId: uuid("database_id")
      .notNull()
      .references(() => databases.id),
    tenantKey: text("tenant_key").notNull(),
    /** SHA-256 of the slug: whoever knows it can tell that it was this one. */
    slugHash: text("slug_hash"),
    state: text("state", { enum: TOMBSTONE_STATES }).notNull(),
    /** The delete. */
    operationId: uuid("operation_id")
      .notNull()
      .references(() => operations.id),
    /** It holds what was deleted; not removed before `retainUntil`. */
    bundleId: uuid("bundle_id")
      .notNull()
      .references(() => bundles.id),
    bundleSha256: text("bundle_sha256").notNull(),
    drillId: uuid("drill_id").references(() => drills.id),
    schemaVersion: text("schema_version"),
    rows: bigint("rows", { mode: "number" }).notNull(),
    tables: jsonb("tables").$type<readonly DeletedTable[]>().notNull(),
    /** Since then rows may be gone; null: none is. */
    touchedAt: at("touched_at"),
    /** The proof of emptiness, and when it was. */
    proof: jsonb("proof"),
    provedAt: at("proved_at"),
    /** What rows of others pointed at it, as the delete set it to NULL: a restore sets it back. */
    nulled: jsonb("nulled"),
    finalizers: jsonb("finalizers").$type<readonly FinalizerRecord[]>().notNull().default([]),
    deletedAt: at("deleted_at"),
    /** By the policy in force when it was deleted. */
    retainUntil: at("retain_until"),
    /** Restored or deleted again: by which operation. */
    closedAt: at("closed_at"),
    closedBy: uuid("closed_by").references(() => operations.id),
    /** It is there again, and somebody has said that it stays; until it is gone once more. */
    dismissedAt: at("dismissed_at"),
    dismissedBy: uuid("dismissed_by").references(() => persons.id),
    dismissReason: text("dismiss_reason"),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("tombstones_of_operation").on(table.operationId),
    uniqueIndex("tombstones_open")
      .on(table.databaseId, table.tenantKey)
      .where(sql`${table.state} IN ('deleting', 'deleted')`),
    index("tombstones_by_tenant").on(table.platformId, table.tenantKey, table.createdAt),
    index("tombstones_by_bundle").on(table.bundleId),
    index("tombstones_by_closer").on(table.closedBy).where(sql`${table.closedBy} IS NOT NULL`),
    check(
      "tombstones_deleted",
      sql`${table.state} <> 'deleted' OR num_nonnulls(${table.provedAt}, ${table.deletedAt}, ${table.retainUntil}) = 3`,
    ),
    check(
      "tombstones_dismissed",
      sql`num_nonnulls(${table.dismissedAt}, ${table.dismissedBy}, ${table.dismissReason}) IN (0, 3)`,
    ),
  ],
);

/** Certificates of erasure, as they were signed. Never changed. */
export const erasureCertificates = pgTable(
  "erasure_certificates",
  {
    id: id(),
    operationId: uuid("operation_id")
      .notNull()
      .references(() => operations.id),
    tombstoneId: uuid("tombstone_id")
      .notNull()
      .references(() => tombstones.id),
    /** The signed envelope (DSSE) as it is downloaded, byte for byte. */
    envelope: text("envelope").notNull(),
    /** Null where no key signed then. */
    keyId: text("key_id"),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("erasure_certificates_of_operation").on(table.operationId),
    index("erasure_certificates_by_tombstone").on(table.tombstoneId),
  ],
);

/** What a person has seen to outside the database, as the platform file asks before a delete. */
export const finalizerConfirmations = pgTable(
  "finalizer_confirmations",
  {
    id: id(),
    databaseId: uuid("database_id")
      .notNull()
      .references(() => databases.id),
    tenantKey: text("tenant_key").notNull(),
    /** By its name in the platform file. */
    finalizer: text("finalizer").notNull(),
    note: text("note").notNull(),
    /** Since when the fence stood that it was confirmed behind, by its database's clock; null in those of before. */
    fenceSince: at("fence_since"),
    personId: uuid("person_id")
      .notNull()
      .references(() => persons.id),
    createdAt: createdAt(),
  },
  (table) => [
    index("finalizer_confirmations_by_tenant").on(
      table.databaseId,
      table.tenantKey,
      table.finalizer,
      table.createdAt,
    ),
  ],
);

/** Bundles that the console knows: made here, or uploaded; who fetched them and why; and how their stores look. */
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, createdAt, id, numbers } from "./columns.ts";
import { foundBy } from "./found-by.ts";
import { operations } from "./operations.ts";
import { persons } from "./persons.ts";
import { platforms } from "./platforms.ts";

export const BUNDLE_STATES = ["writing", "quarantined", "ready", "refused", "missing", "expired"] as const;

/** How long bundles are kept; what each means stands in `operations/bundles/retention.ts`. */
export const RETENTION = ["month", "quarter", "year", "decade", "always"] as const;

/** What a search for bundles looks into. */
export const bundleFoundBy = (table: Record<"name" | "tenantKey" | "tenantSlug", AnyPgColumn>) =>
  foundBy(table.name, sql`coalesce(${table.tenantKey}, '')`, sql`coalesce(${table.tenantSlug}, '')`);

export const bundles = pgTable(
  "bundles",
  {
    id: id(),
    platformId: uuid("platform_id").references(() => platforms.id),
    store: text("store").notNull(),
    /** The file's name in its store. */
    name: text("name").notNull(),
    state: text("state", { enum: BUNDLE_STATES }).notNull(),
    origin: text("origin", { enum: ["export", "upload"] }).notNull(),
    /** The export that wrote it. */
    operationId: uuid("operation_id").references(() => operations.id),
    createdBy: uuid("created_by").references(() => persons.id),
    tenantKey: text("tenant_key"),
    tenantSlug: text("tenant_slug"),
    schemaVersion: text("schema_version"),
    fingerprint: text("fingerprint"),
    rows: bigint("rows", { mode: "number" }),
    bytes: bigint("bytes", { mode: "number" }),
    sha256: text("sha256"),
    /** Whether the file opens only with a key. */
    encrypted: boolean("encrypted").notNull().default(false),
    /** age recipients that it was encrypted to here, the platform's first; null where nobody knows. */
    recipients: jsonb("recipients").$type<readonly string[]>(),
    /** `unsigned`, `trusted`, `untrusted`, `invalid`, with the key's id. */
    signature: jsonb("signature"),
    /** The key's id alone: bundles are counted by it. */
    signatureKey: text("signature_key").generatedAlwaysAs(sql`signature ->> 'keyId'`),
    /** The same as it was when the bundle came; null while nobody has verified it again. */
    arrivedSignature: jsonb("arrived_signature"),
    manifest: jsonb("manifest"),
    seal: jsonb("seal"),
    findings: jsonb("findings").notNull().default([]),
    verifiedAt: at("verified_at"),
    /** Somebody wants it verified since then; a worker answers. */
    verifyWantedAt: at("verify_wanted_at"),
    /** The class by which it expires; null where the export said so many days, or nobody said anything. */
    retention: text("retention", { enum: RETENTION }),
    expiresAt: at("expires_at"),
    /** A held bundle is not removed, whatever its expiry says. */
    heldAt: at("held_at"),
    heldBy: uuid("held_by").references(() => persons.id),
    holdReason: text("hold_reason"),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("bundles_name").on(table.store, table.name),
    index("bundles_by_time").on(table.createdAt, table.id),
    index("bundles_by_tenant").on(table.platformId, table.tenantKey, table.createdAt),
    // Those that a migration can still run over: of the versions before it.
    index("bundles_by_version")
      .on(table.platformId, table.schemaVersion, table.createdAt)
      .where(sql`${table.state} = 'ready'`),
    index("bundles_by_state").on(table.state, table.createdAt),
    index("bundles_expiring").on(table.expiresAt).where(sql`${table.state} = 'ready'`),
    // Totals of a list and of its filters come from here alone.
    index("bundles_listed").on(table.platformId, table.state, table.origin, table.bytes),
    // In the orders of the list: what has no size yet stays away from the largest, what never expires from the soonest.
    index("bundles_by_rows").on(table.rows.desc().nullsLast(), table.id.desc().nullsFirst()),
    index("bundles_by_bytes").on(table.bytes.desc().nullsLast(), table.id.desc().nullsFirst()),
    index("bundles_by_expiry").on(table.expiresAt, table.id),
    index("bundles_found").using("gin", bundleFoundBy(table)),
    index("bundles_by_signature").on(table.signatureKey),
    index("bundles_encrypted").on(table.platformId).where(sql`${table.encrypted}`),
    index("bundles_by_operation").on(table.operationId),
    index("bundles_to_verify").on(table.verifyWantedAt).where(sql`${table.verifyWantedAt} IS NOT NULL`),
  ],
);

/** Where each piece of a gzip bundle lies, so that one table is read without the rest; none for zstd. */
export const bundlePieces = pgTable("bundle_pieces", {
  bundleId: uuid("bundle_id")
    .primaryKey()
    .references(() => bundles.id, { onDelete: "cascade" }),
  /** Compressed length of each gzip member, in order. */
  lengths: numbers("lengths").notNull(),
});

/** What a download begins with: why, by whom, and for how long it may begin. */
export const downloadLinks = pgTable(
  "download_links",
  {
    id: id(),
    bundleId: uuid("bundle_id")
      .notNull()
      .references(() => bundles.id),
    personId: uuid("person_id")
      .notNull()
      .references(() => persons.id),
    /** The session that it is good in, by the moment of its sign-in. */
    signedInAt: at("signed_in_at").notNull(),
    reason: text("reason").notNull(),
    /** Moved on by a download that broke off, so that it can be resumed. */
    expiresAt: at("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("download_links_by_bundle").on(table.bundleId, table.createdAt)],
);

export const downloads = pgTable(
  "downloads",
  {
    id: id(),
    bundleId: uuid("bundle_id")
      .notNull()
      .references(() => bundles.id),
    personId: uuid("person_id")
      .notNull()
      .references(() => persons.id),
    /** Null for what was fetched before downloads had a reason. */
    linkId: uuid("link_id").references(() => downloadLinks.id),
    /** Recorded when it begins, and how it ends. */
    state: text("state", { enum: ["begun", "complete", "aborted"] }).notNull(),
    rangeStart: bigint("range_start", { mode: "number" }).notNull(),
    rangeEnd: bigint("range_end", { mode: "number" }).notNull(),
    /** Of what is made of the bundle for the tenant's own people; null where its file is fetched. */
    package: text("package", { enum: ["csv", "jsonl"] }),
    bytesSent: bigint("bytes_sent", { mode: "number" }).notNull().default(0),
    /** The sending process was alive then. */
    heartbeatAt: at("heartbeat_at").notNull().default(sql`now()`),
    beganAt: at("began_at").notNull(),
    endedAt: at("ended_at"),
  },
  (table) => [
    index("downloads_by_bundle").on(table.bundleId, table.beganAt),
    index("downloads_by_person").on(table.personId, table.beganAt),
    index("downloads_begun").on(table.heartbeatAt).where(sql`${table.state} = 'begun'`),
  ],
);

/** When a store's files were last held against the records. */
export const storeChecks = pgTable("store_checks", {
  store: text("store").primaryKey(),
  checkedAt: at("checked_at").notNull(),
  /** Whole files that it held. */
  files: integer("files").notNull(),
});

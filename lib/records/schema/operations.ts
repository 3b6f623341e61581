/**
 * Operations: one lifecycle act on a tenant each, from its plan to its end. The row is the whole truth; a queue's
 * job only says "drive this one".
 */
import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id } from "./columns.ts";
import { databases } from "./databases.ts";
import { persons } from "./persons.ts";
import { platforms } from "./platforms.ts";

export const OPERATION_STATES = [
  "planned",
  "in_review",
  "approved",
  "queued",
  "running",
  "paused",
  "succeeded",
  "failed",
  "aborted",
  "unknown",
  "superseded",
  "rejected",
  "expired",
  "withdrawn",
] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

export const operations = pgTable(
  "operations",
  {
    id: id(),
    /** The registry's name of it: `export`, `import`. */
    kind: text("kind").notNull(),
    state: text("state", { enum: OPERATION_STATES }).notNull(),
    /** Every transition compares and raises it. */
    version: integer("version").notNull().default(1),
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    /** The database that it acts on. */
    databaseId: uuid("database_id")
      .notNull()
      .references(() => databases.id),
    /** What it claims for itself: one operation a tenant at a time. `key:…` of a tenant, `new:slug` of one to be. */
    claim: text("claim").notNull(),
    tenantKey: text("tenant_key"),
    tenantSlug: text("tenant_slug"),
    /** As validated by the operation's own schema. */
    input: jsonb("input").notNull(),
    /** Reserved before any side effect: the same key with another input is refused. */
    idempotencyKey: text("idempotency_key").notNull(),
    requestedBy: uuid("requested_by")
      .notNull()
      .references(() => persons.id),
    reason: text("reason"),
    /** The plan in force (`OperationPlan`), its digest, and which planner made it when. */
    plan: jsonb("plan"),
    digest: text("digest"),
    plannedAt: at("planned_at"),
    /** The plan that was approved, kept when a later one differs: what changed is shown from it. */
    supersededPlan: jsonb("superseded_plan"),
    /** How many reviews the policy asks for; null where it passes by policy, and `policy` says why. */
    reviewsNeeded: integer("reviews_needed"),
    policy: text("policy"),
    /** Exceptions from the policy that decided with, by id. */
    exceptions: jsonb("exceptions").$type<string[]>().notNull().default([]),
    /** Raised where earlier reviews of the same plan no longer count; each is of a round. */
    reviewRound: integer("review_round").notNull().default(1),
    approvedAt: at("approved_at"),
    /** An approval's clock starts at approval. */
    expiresAt: at("expires_at"),
    /** What somebody wants of the run: taken up at the next batch. */
    wish: text("wish", { enum: ["pause", "abort"] }),
    wishedBy: uuid("wished_by").references(() => persons.id),
    /** The worker that drives it, until when, and how often the lease changed hands. */
    leaseOwner: text("lease_owner"),
    leaseUntil: at("lease_until"),
    epoch: integer("epoch").notNull().default(0),
    heartbeatAt: at("heartbeat_at"),
    /** Where a run goes on: by step (`StepRecord[]`), written before and after each side effect. */
    steps: jsonb("steps").notNull().default([]),
    progress: jsonb("progress"),
    findings: jsonb("findings").notNull().default([]),
    /** What came of it (`OperationResult`), the four answers' material. */
    result: jsonb("result"),
    /** Seconds that a run may take. */
    budgetSeconds: integer("budget_seconds").notNull(),
    startedAt: at("started_at"),
    endedAt: at("ended_at"),
    createdAt: createdAt(),
  },
  (table) => [
    unique("operations_idempotency_key").on(table.idempotencyKey),
    // What a review's foreign key carries along, to compare requester and reviewer.
    unique("operations_requester").on(table.id, table.requestedBy),
    uniqueIndex("operations_one_a_tenant")
      .on(table.databaseId, table.claim)
      .where(
        sql`${table.state} IN ('planned', 'in_review', 'approved', 'queued', 'running', 'paused', 'unknown')`,
      ),
    index("operations_by_time").on(table.createdAt, table.id),
    index("operations_by_state").on(table.state, table.createdAt),
    index("operations_by_kind").on(table.kind, table.createdAt),
    index("operations_by_platform").on(table.platformId, table.createdAt),
    index("operations_by_tenant").on(table.databaseId, table.tenantKey, table.createdAt),
    // Of one database: counted from here alone.
    index("operations_by_database").on(table.databaseId, table.platformId, table.createdAt),
    // Imports of one bundle.
    index("operations_by_bundle").on(sql`(${table.input} ->> 'bundleId')`, table.createdAt),
    index("operations_by_requester").on(table.requestedBy, table.createdAt),
    check("operations_version", sql`${table.version} > 0`),
  ],
);

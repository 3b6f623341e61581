/** Exceptions from a policy: each has somebody who answers for it, a reason, and an end. Never deleted. */
import { sql } from "drizzle-orm";
import { check, doublePrecision, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id } from "./columns.ts";
import { persons } from "./persons.ts";
import { platforms } from "./platforms.ts";

export const policyExceptions = pgTable(
  "policy_exceptions",
  {
    id: id(),
    /** The kind of operation that it is for. */
    kind: text("kind").notNull(),
    /** The rule that is otherwise: `reviews`, or one of the policy's windows. */
    rule: text("rule", { enum: ["reviews", "suspendedHours", "quietHours", "drillDays"] }).notNull(),
    value: doublePrecision("value").notNull(),
    /** Null: on any platform. */
    platformId: uuid("platform_id").references(() => platforms.id),
    /** Null: for any tenant. */
    tenantKey: text("tenant_key"),
    /** Who answers for it. */
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => persons.id),
    reason: text("reason").notNull(),
    grantedBy: uuid("granted_by")
      .notNull()
      .references(() => persons.id),
    expiresAt: at("expires_at").notNull(),
    endedAt: at("ended_at"),
    endedBy: uuid("ended_by").references(() => persons.id),
    createdAt: createdAt(),
  },
  (table) => [
    index("policy_exceptions_in_force").on(table.kind, table.expiresAt).where(sql`${table.endedAt} IS NULL`),
    index("policy_exceptions_by_time").on(table.createdAt, table.id),
    check(
      "policy_exceptions_of_platform",
      sql`${table.tenantKey} IS NULL OR ${table.platformId} IS NOT NULL`,
    ),
    check("policy_exceptions_end", sql`${table.expiresAt} > ${table.createdAt}`),
  ],
);

/** Decisions about an operation's plan. The digest says which plan; requester and reviewer are two persons. */
import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, id } from "./columns.ts";
import { operations } from "./operations.ts";
import { persons } from "./persons.ts";

export const reviews = pgTable(
  "reviews",
  {
    id: id(),
    operationId: uuid("operation_id").notNull(),
    /** Carried in by the foreign key, so that the check below can compare. */
    requestedBy: uuid("requested_by").notNull(),
    reviewerId: uuid("reviewer_id")
      .notNull()
      .references(() => persons.id),
    decision: text("decision", { enum: ["approve", "reject"] }).notNull(),
    digest: text("digest").notNull(),
    /** The operation's `review_round` when it was given. */
    round: integer("round").notNull().default(1),
    intent: text("intent").notNull(),
    risk: text("risk").notNull(),
    rollback: text("rollback").notNull(),
    reason: text("reason").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    foreignKey({
      name: "reviews_of_operation",
      columns: [table.operationId, table.requestedBy],
      foreignColumns: [operations.id, operations.requestedBy],
    }),
    check("reviews_by_another_person", sql`${table.reviewerId} <> ${table.requestedBy}`),
    uniqueIndex("reviews_once").on(table.operationId, table.reviewerId, table.digest, table.round),
    index("reviews_by_reviewer").on(table.reviewerId, table.createdAt),
  ],
);

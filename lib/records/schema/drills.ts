/** Evidence: which bundles were restored on a throwaway server, and what came of it. */
import { bigint, boolean, index, jsonb, pgTable, real, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bundles } from "./bundles.ts";
import { createdAt, id } from "./columns.ts";
import { operations } from "./operations.ts";

export const drills = pgTable(
  "drills",
  {
    id: id(),
    bundleId: uuid("bundle_id")
      .notNull()
      .references(() => bundles.id),
    operationId: uuid("operation_id")
      .notNull()
      .references(() => operations.id),
    passed: boolean("passed").notNull(),
    /** The tenant's, restored and proved; null where it failed. */
    rows: bigint("rows", { mode: "number" }),
    /** How long it took to restore and prove them. */
    restoreSeconds: real("restore_seconds"),
    /** What kept it from passing, or is to be known. */
    findings: jsonb("findings").notNull().default([]),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("drills_of_operation").on(table.operationId),
    index("drills_by_bundle").on(table.bundleId, table.createdAt, table.id),
  ],
);

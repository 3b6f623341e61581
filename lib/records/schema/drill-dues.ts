/** When each tenant's newest bundle is to be drilled, where a policy says how often; kept by the worker. */
import { index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bundles } from "./bundles.ts";
import { at } from "./columns.ts";
import { operations } from "./operations.ts";
import { platforms } from "./platforms.ts";

export const drillDues = pgTable(
  "drill_dues",
  {
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    tenantKey: text("tenant_key").notNull(),
    tenantSlug: text("tenant_slug"),
    /** The newest that is ready. */
    bundleId: uuid("bundle_id")
      .notNull()
      .references(() => bundles.id, { onDelete: "cascade" }),
    /** When one of the tenant's bundles passed last; null for never. */
    passedAt: at("passed_at"),
    dueAt: at("due_at").notNull(),
    /** When the worker asked for it last, and what came of asking: an operation, or why there is none. */
    askedAt: at("asked_at"),
    operationId: uuid("operation_id").references(() => operations.id),
    findings: jsonb("findings").notNull().default([]),
  },
  (table) => [
    primaryKey({ columns: [table.platformId, table.tenantKey] }),
    index("drill_dues_by_time").on(table.dueAt, table.platformId, table.tenantKey),
    index("drill_dues_of_bundle").on(table.bundleId),
  ],
);

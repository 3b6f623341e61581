/** Comparisons that somebody asked for: of two bundles, or of a bundle and its tenant as it lives. */
import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bundles } from "./bundles.ts";
import { at, createdAt, id } from "./columns.ts";
import { databases } from "./databases.ts";
import { operations } from "./operations.ts";
import { persons } from "./persons.ts";
import { platforms } from "./platforms.ts";

export const COMPARISON_STATES = ["waiting", "running", "done", "failed", "cancelled"] as const;

export const comparisons = pgTable(
  "comparisons",
  {
    id: id(),
    platformId: uuid("platform_id").references(() => platforms.id),
    tenantKey: text("tenant_key").notNull(),
    /** What it was before. */
    bundleId: uuid("bundle_id")
      .notNull()
      .references(() => bundles.id),
    /** What it is beside that: another bundle, or the tenant in a database. */
    otherBundleId: uuid("other_bundle_id").references(() => bundles.id),
    databaseId: uuid("database_id").references(() => databases.id),
    /** The import that made the tenant there of this bundle: its journal says which id became which. */
    importId: uuid("import_id").references(() => operations.id),
    requestedBy: uuid("requested_by")
      .notNull()
      .references(() => persons.id),
    state: text("state", { enum: COMPARISON_STATES }).notNull(),
    /** Workers that took it up: one that dies leaves it to the next, a few times. */
    attempts: integer("attempts").notNull().default(0),
    progress: jsonb("progress"),
    progressAt: at("progress_at"),
    equal: boolean("equal"),
    /** Per table: rows of either side, added, removed, changed, and changed rows by column. */
    tables: jsonb("tables").notNull().default([]),
    findings: jsonb("findings").notNull().default([]),
    createdAt: createdAt(),
    startedAt: at("started_at"),
    endedAt: at("ended_at"),
  },
  (table) => [
    check("comparisons_of_two", sql`num_nonnulls(${table.otherBundleId}, ${table.databaseId}) = 1`),
    check("comparisons_import_lives", sql`${table.importId} IS NULL OR ${table.databaseId} IS NOT NULL`),
    index("comparisons_by_bundle").on(table.bundleId, table.createdAt, table.id),
    index("comparisons_by_other_bundle").on(table.otherBundleId, table.createdAt, table.id),
    index("comparisons_open").on(table.createdAt).where(sql`${table.state} IN ('waiting', 'running')`),
    index("comparisons_ended").on(table.endedAt).where(sql`${table.endedAt} IS NOT NULL`),
  ],
);

/** Some rows of each table that differ, in plain columns only: what is personal or secret is never kept here. */
export const comparisonRows = pgTable(
  "comparison_rows",
  {
    comparisonId: uuid("comparison_id")
      .notNull()
      .references(() => comparisons.id, { onDelete: "cascade" }),
    table: text("table_name").notNull(),
    place: integer("place").notNull(),
    row: jsonb("row").notNull(),
  },
  (table) => [primaryKey({ columns: [table.comparisonId, table.table, table.place] })],
);

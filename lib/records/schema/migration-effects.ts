/** What migrations do to one tenant's rows, as workers have seen it on throwaway servers; and who asked for it. */
import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bundles } from "./bundles.ts";
import { at, createdAt, id, sealedText } from "./columns.ts";
import { persons } from "./persons.ts";
import { platforms } from "./platforms.ts";

export const EFFECT_STATES = ["waiting", "running", "done", "failed", "cancelled"] as const;

export const migrationEffects = pgTable(
  "migration_effects",
  {
    id: id(),
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    tenantKey: text("tenant_key").notNull(),
    /** Whose rows the migrations ran over. */
    bundleId: uuid("bundle_id")
      .notNull()
      .references(() => bundles.id),
    /** The first migration whose effect it is, and the last. */
    version: text("version").notNull(),
    toVersion: text("to_version").notNull(),
    requestedBy: uuid("requested_by")
      .notNull()
      .references(() => persons.id),
    /** Why personal columns are to be seen; null where they are not. */
    personalReason: text("personal_reason"),
    /** The rows with their personal columns, sealed, for who asked alone; gone soon after it was done. */
    personalRows: sealedText("personal_rows"),
    state: text("state", { enum: EFFECT_STATES }).notNull(),
    /** Workers that took it up: one that dies leaves it to the next, a few times. */
    attempts: integer("attempts").notNull().default(0),
    progress: jsonb("progress"),
    progressAt: at("progress_at"),
    /** Of bundle, versions, files and platform file: who asks for the same gets what is here. Null until it is done. */
    sameAs: text("same_as"),
    /** An `Effect` without its rows. */
    effect: jsonb("effect"),
    findings: jsonb("findings").notNull().default([]),
    createdAt: createdAt(),
    startedAt: at("started_at"),
    endedAt: at("ended_at"),
  },
  (table) => [
    check(
      "migration_effects_done",
      sql`(${table.state} = 'done') = (${table.effect} IS NOT NULL AND ${table.sameAs} IS NOT NULL)`,
    ),
    check(
      "migration_effects_personal",
      sql`${table.personalRows} IS NULL OR ${table.personalReason} IS NOT NULL`,
    ),
    index("migration_effects_by_version").on(table.platformId, table.version, table.createdAt, table.id),
    index("migration_effects_by_bundle").on(table.bundleId),
    index("migration_effects_same").on(table.sameAs).where(sql`${table.sameAs} IS NOT NULL`),
    index("migration_effects_open").on(table.createdAt).where(sql`${table.state} IN ('waiting', 'running')`),
    index("migration_effects_ended").on(table.endedAt).where(sql`${table.endedAt} IS NOT NULL`),
    index("migration_effects_sealed").on(table.endedAt).where(sql`${table.personalRows} IS NOT NULL`),
  ],
);

/** Some rows of each table that differ, in plain columns only. */
export const migrationEffectRows = pgTable(
  "migration_effect_rows",
  {
    effectId: uuid("effect_id")
      .notNull()
      .references(() => migrationEffects.id, { onDelete: "cascade" }),
    table: text("table_name").notNull(),
    place: integer("place").notNull(),
    row: jsonb("row").notNull(),
  },
  (table) => [primaryKey({ columns: [table.effectId, table.table, table.place] })],
);

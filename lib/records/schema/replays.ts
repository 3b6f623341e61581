/**
 * What a platform's migrations do, as workers measured it, and the schema after each: kept by the migration fingerprint,
 * which says which files have run until then. And who asked for it.
 */
import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id } from "./columns.ts";
import { databases } from "./databases.ts";
import { persons } from "./persons.ts";
import { platforms } from "./platforms.ts";

export const REPLAY_STATES = ["waiting", "running", "done", "failed", "cancelled"] as const;

export const replays = pgTable(
  "replays",
  {
    id: id(),
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    requestedBy: uuid("requested_by")
      .notNull()
      .references(() => persons.id),
    state: text("state", { enum: REPLAY_STATES }).notNull(),
    /** Workers that took it up: one that dies leaves it to the next, a few times. */
    attempts: integer("attempts").notNull().default(0),
    /** Files that are done, of how many; the version at hand. */
    done: integer("done").notNull().default(0),
    of: integer("of"),
    version: text("version"),
    findings: jsonb("findings").notNull().default([]),
    createdAt: createdAt(),
    startedAt: at("started_at"),
    endedAt: at("ended_at"),
  },
  (table) => [
    index("replays_by_platform").on(table.platformId, table.createdAt, table.id),
    uniqueIndex("replays_one_open").on(table.platformId).where(sql`${table.state} IN ('waiting', 'running')`),
    index("replays_open").on(table.createdAt).where(sql`${table.state} IN ('waiting', 'running')`),
  ],
);

export const measuredMigrations = pgTable(
  "measured_migrations",
  {
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    /** After it: with the files before it the file itself is in there. */
    fingerprint: text("fingerprint").notNull(),
    version: text("version").notNull(),
    checksum: text("checksum").notNull(),
    /** From 1, in the folder that it was measured in. */
    place: integer("place").notNull(),
    /** A `MeasuredFile`. */
    measured: jsonb("measured").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.platformId, table.fingerprint] }),
    index("measured_migrations_by_version").on(table.platformId, table.version, table.createdAt),
  ],
);

export const schemaSnapshots = pgTable(
  "schema_snapshots",
  {
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    fingerprint: text("fingerprint").notNull(),
    /** The last one's; empty before the first. */
    version: text("version").notNull(),
    place: integer("place").notNull(),
    snapshot: jsonb("snapshot").notNull(),
    /** What is there beside tables (`SchemaObjects`); null in snapshots from before it was kept. */
    objects: jsonb("objects"),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.platformId, table.fingerprint] }),
    index("schema_snapshots_by_version").on(table.platformId, table.version, table.createdAt),
  ],
);

/** How large the tables of a live database are: bytes and estimated rows by qualified name, of the last look at it. */
export const tableSizes = pgTable("table_sizes", {
  databaseId: uuid("database_id")
    .primaryKey()
    .references(() => databases.id, { onDelete: "cascade" }),
  sizes: jsonb("sizes").notNull(),
  at: at("at").notNull(),
});

/** Databases that hold tenants of a platform. */

import { sql } from "drizzle-orm";
import { jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id, sealedText } from "./columns.ts";
import { platforms } from "./platforms.ts";

export const databases = pgTable(
  "databases",
  {
    id: id(),
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    /** As people call it: `eu-1`. */
    name: text("name").notNull(),
    region: text("region"),
    /** Host, port and database name, for people; no user, no password. */
    endpoint: text("endpoint").notNull(),
    /** Connection strings, encrypted: plans read with the one, runs write with the other. */
    plannerUrl: sealedText("planner_url").notNull(),
    runnerUrl: sealedText("runner_url").notNull(),
    /** What the last look found: server version, role's rights, ledger, lag, findings (`DatabaseHealth`). */
    health: jsonb("health"),
    healthAt: at("health_at"),
    /** The ledger as a worker has last read it, and indexes that are invalid (`LedgerSurvey`). */
    migrations: jsonb("migrations"),
    migrationsAt: at("migrations_at"),
    censusAt: at("census_at"),
    removedAt: at("removed_at"),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("databases_name").on(table.platformId, table.name).where(sql`${table.removedAt} IS NULL`),
  ],
);

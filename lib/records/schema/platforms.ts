/** Platforms that the console looks after, and the versions of the file that describes each. */

import { sql } from "drizzle-orm";
import { integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id } from "./columns.ts";
import { persons } from "./persons.ts";

export const platforms = pgTable(
  "platforms",
  {
    id: id(),
    /** `platform:` of the file; the name in routes. */
    name: text("name").notNull(),
    /** The version of the file in force. */
    fileVersion: integer("file_version").notNull(),
    /** Id of the store in which its bundles are kept. */
    store: text("store").notNull().default("folder"),
    compression: text("compression", { enum: ["gzip", "zstd"] })
      .notNull()
      .default("gzip"),
    deregisteredAt: at("deregistered_at"),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex("platforms_name").on(table.name).where(sql`${table.deregisteredAt} IS NULL`)],
);

export const platformFiles = pgTable(
  "platform_files",
  {
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    version: integer("version").notNull(),
    /** The YAML text as it was given. */
    text: text("text").notNull(),
    /** Where `migrations:` of the file lie on the worker's machine; relative paths are relative to it. */
    folder: text("folder"),
    savedBy: uuid("saved_by").references(() => persons.id),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.platformId, table.version] })],
);

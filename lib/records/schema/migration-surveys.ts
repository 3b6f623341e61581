/** What a worker has last seen of a platform's folder of migrations; of the ledgers, `databases.migrations`. */
import { jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { at } from "./columns.ts";
import { platforms } from "./platforms.ts";

export const migrationSurveys = pgTable("migration_surveys", {
  platformId: uuid("platform_id")
    .primaryKey()
    .references(() => platforms.id),
  /** `FolderSurvey`: the tool, the files without their text, findings. Null before the first look. */
  survey: jsonb("survey"),
  surveyedAt: at("surveyed_at"),
  /** Somebody asked for a look that has not been yet. */
  wantedAt: at("wanted_at"),
});

/** The files' texts, apart: lists go without them. */
export const migrationTexts = pgTable(
  "migration_texts",
  {
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    version: text("version").notNull(),
    sql: text("sql").notNull(),
  },
  (table) => [primaryKey({ columns: [table.platformId, table.version] })],
);

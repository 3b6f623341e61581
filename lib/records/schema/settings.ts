/** Policies and the brake: one row a setting, parsed by zod where it is read. */
import { integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at } from "./columns.ts";
import { persons } from "./persons.ts";

export const settings = pgTable("settings", {
  /** `policy`, `brake`. */
  name: text("name").primaryKey(),
  value: jsonb("value").notNull(),
  version: integer("version").notNull().default(1),
  changedBy: uuid("changed_by").references(() => persons.id),
  changedAt: at("changed_at").notNull(),
});

/** Operations that went past their reviewers: by whom, why, and the after-action note that is due. */
import { jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt } from "./columns.ts";
import { operations } from "./operations.ts";
import { persons } from "./persons.ts";

export const breakGlass = pgTable("break_glass", {
  operationId: uuid("operation_id")
    .primaryKey()
    .references(() => operations.id),
  personId: uuid("person_id")
    .notNull()
    .references(() => persons.id),
  reason: text("reason").notNull(),
  digest: text("digest").notNull(),
  /** The persons who would have reviewed, each told. */
  skipped: jsonb("skipped").$type<string[]>().notNull(),
  noteDueAt: at("note_due_at").notNull(),
  note: text("note"),
  notedAt: at("noted_at"),
  createdAt: createdAt(),
});

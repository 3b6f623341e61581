/** The inbox: what a person should hear of. */
import { sql } from "drizzle-orm";
import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id } from "./columns.ts";
import { operations } from "./operations.ts";
import { persons } from "./persons.ts";

export const notices = pgTable(
  "notices",
  {
    id: id(),
    personId: uuid("person_id")
      .notNull()
      .references(() => persons.id),
    /** `review-wanted`, `outcome`, `broke-glass`. */
    type: text("type").notNull(),
    operationId: uuid("operation_id").references(() => operations.id),
    readAt: at("read_at"),
    dismissedAt: at("dismissed_at"),
    createdAt: createdAt(),
  },
  (table) => [
    index("notices_unread").on(table.personId, table.readAt, table.createdAt),
    index("notices_shown")
      .on(table.personId, table.createdAt, table.id)
      .where(sql`${table.dismissedAt} IS NULL`),
  ],
);

/** What happened in a run, in order: replayed to a page that comes late, followed by one that is open. */
import { bigserial, index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at } from "./columns.ts";
import { operations } from "./operations.ts";

export const operationEvents = pgTable(
  "operation_events",
  {
    /** The `id:` of a server-sent event. */
    id: bigserial("id", { mode: "number" }).primaryKey(),
    operationId: uuid("operation_id")
      .notNull()
      .references(() => operations.id),
    at: at("at").notNull(),
    /** `state`, `step`, `progress`, `finding`, `note`. */
    type: text("type").notNull(),
    data: jsonb("data").notNull(),
  },
  (table) => [index("operation_events_in_order").on(table.operationId, table.id)],
);

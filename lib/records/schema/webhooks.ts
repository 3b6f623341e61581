/** Addresses that hear of outcomes, and each delivery with its tries. */
import { boolean, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, id, sealedText } from "./columns.ts";
import { operations } from "./operations.ts";
import { persons } from "./persons.ts";

export const webhooks = pgTable("webhooks", {
  id: id(),
  /** As people call it. */
  name: text("name").notNull().default(""),
  url: text("url").notNull(),
  /** HMAC key of the signature header, encrypted. */
  secret: sealedText("secret").notNull(),
  events: jsonb("events").$type<string[]>().notNull(),
  enabled: boolean("enabled").notNull().default(true),
  createdBy: uuid("created_by").references(() => persons.id),
  createdAt: createdAt(),
});

export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: id(),
    webhookId: uuid("webhook_id")
      .notNull()
      .references(() => webhooks.id, { onDelete: "cascade" }),
    event: text("event").notNull(),
    operationId: uuid("operation_id").references(() => operations.id),
    payload: jsonb("payload").notNull(),
    state: text("state", { enum: ["waiting", "delivered", "given_up"] }).notNull(),
    tries: integer("tries").notNull().default(0),
    lastStatus: text("last_status"),
    nextTryAt: at("next_try_at"),
    triedAt: at("tried_at"),
    createdAt: createdAt(),
  },
  (table) => [
    index("webhook_deliveries_due").on(table.state, table.nextTryAt),
    index("webhook_deliveries_by_time").on(table.createdAt, table.id),
    index("webhook_deliveries_by_hook").on(table.webhookId, table.createdAt),
  ],
);

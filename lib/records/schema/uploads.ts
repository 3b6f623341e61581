/** Files on their way in: each is a bundle only once it is proved whole, and its row says what became of it. */
import { sql } from "drizzle-orm";
import { bigint, index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bundles } from "./bundles.ts";
import { at, id } from "./columns.ts";
import { persons } from "./persons.ts";
import { platforms } from "./platforms.ts";

/** `aborted`: the sender went away, or the process that received it. */
export const UPLOAD_STATES = ["receiving", "taken_in", "refused", "aborted"] as const;

export const uploads = pgTable(
  "uploads",
  {
    id: id(),
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    personId: uuid("person_id")
      .notNull()
      .references(() => persons.id),
    state: text("state", { enum: UPLOAD_STATES }).notNull(),
    store: text("store").notNull(),
    /** The name that the file gets in its store; what a crash leaves is found by it. */
    name: text("name").notNull(),
    /** As the sender called it, made printable. */
    fileName: text("file_name").notNull(),
    /** Received by the last look. */
    bytes: bigint("bytes", { mode: "number" }).notNull().default(0),
    /** Of what its person may send within a day, kept for it as long as it is received. */
    reserved: bigint("reserved", { mode: "number" }).notNull().default(0),
    /** What it became. */
    bundleId: uuid("bundle_id").references(() => bundles.id),
    findings: jsonb("findings").notNull().default([]),
    /** The receiving process was alive then. */
    heartbeatAt: at("heartbeat_at").notNull(),
    beganAt: at("began_at").notNull(),
    endedAt: at("ended_at"),
  },
  (table) => [
    index("uploads_by_time").on(table.beganAt, table.id),
    index("uploads_by_person").on(table.personId, table.beganAt),
    index("uploads_receiving").on(table.heartbeatAt).where(sql`${table.state} = 'receiving'`),
  ],
);

/**
 * The audit trail: append only, by trigger and by grants (drizzle/ has both). A row commits with what it records;
 * the chain is linked after commit by one linker, so that long transactions do not queue on its head.
 */
import { sql } from "drizzle-orm";
import { bigint, index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { at, id } from "./columns.ts";

export const auditEntries = pgTable(
  "audit_entries",
  {
    id: id(),
    at: at("at").notNull(),
    /** A person's id; null for the console itself, and then `actorName` says which part of it. */
    actorId: uuid("actor_id"),
    actorName: text("actor_name").notNull(),
    /** Stable code: `operation.approved`, `person.role-granted`. */
    action: text("action").notNull(),
    /** What it is about: `operation`, `bundle`, `person`, `platform`, `policy`. */
    subjectType: text("subject_type").notNull(),
    subjectId: text("subject_id").notNull(),
    operationId: uuid("operation_id"),
    platformId: uuid("platform_id"),
    tenantKey: text("tenant_key"),
    /** Facts without personal data and without secrets. */
    data: jsonb("data").notNull(),
  },
  (table) => [
    index("audit_entries_by_time").on(table.at, table.id),
    index("audit_entries_by_operation").on(table.operationId, table.at),
    index("audit_entries_by_actor").on(table.actorId, table.at),
    index("audit_entries_by_actor_name").on(table.actorName, table.at),
    index("audit_entries_by_tenant").on(table.tenantKey, table.at),
    // When a person was here last: one entry of each, among all that they ever did.
    index("audit_entries_sign_ins")
      .on(table.actorId, table.at)
      .where(sql`${table.action} = 'person.signed-in'`),
    index("audit_entries_by_action").on(table.action, table.at),
    index("audit_entries_by_subject").on(table.subjectType, table.subjectId, table.at),
  ],
);

/** Entries that wait for the linker; a trigger files each, so that finding them costs nothing as the trail grows. */
export const auditUnlinked = pgTable("audit_unlinked", {
  entryId: uuid("entry_id")
    .primaryKey()
    .references(() => auditEntries.id),
});

export const auditLinks = pgTable(
  "audit_links",
  {
    /** Without gaps, from 1. */
    place: bigint("place", { mode: "number" }).primaryKey(),
    entryId: uuid("entry_id")
      .notNull()
      .references(() => auditEntries.id),
    /** SHA-256 over the previous link's hash and the entry's canonical form. */
    hash: text("hash").notNull(),
    linkedAt: at("linked_at").notNull(),
  },
  (table) => [uniqueIndex("audit_links_entry").on(table.entryId)],
);

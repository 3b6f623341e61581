/** Tenants, as the background census last saw them, with the lifecycle state that the console keeps. */
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  index,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at, createdAt, id } from "./columns.ts";
import { databases } from "./databases.ts";
import { foundBy } from "./found-by.ts";
import { persons } from "./persons.ts";
import { platforms } from "./platforms.ts";

export const TENANT_STATES = [
  "provisioning",
  "active",
  "suspended",
  "moving",
  "deleting",
  "deleted",
  "restoring",
] as const;
export type TenantState = (typeof TENANT_STATES)[number];

/** What a search for tenants looks into. */
export const tenantFoundBy = (table: Record<"key" | "slug" | "name" | "domains", AnyPgColumn>) =>
  foundBy(
    table.key,
    sql`coalesce(${table.slug}, '')`,
    sql`coalesce(${table.name}, '')`,
    sql`(${table.domains})::text`,
  );

/** A fence as the database had it when it was last looked at. */
export interface KnownFence {
  readonly state: "open" | "held" | "armed" | "sealed";
  readonly since: string;
  /** Writes that it has refused. */
  readonly refused: number;
  /** When somebody first looked who saw that there were so many; left out before that, or where it has refused none. */
  readonly refusedAt?: string;
}

/** What was written to a fenced tenant's rows since its fence stands: nothing, unless somebody got behind it. */
export interface KnownTraffic {
  /** When it was looked at. ISO 8601. */
  readonly at: string;
  /** Tables with rows that were written since then. */
  readonly tables: readonly WrittenTable[];
}

export interface WrittenTable {
  readonly table: string;
  /** Rows that are there and were written since. */
  readonly rows: number;
  /** When the last of them was committed; null where the server keeps no such times. ISO 8601. */
  readonly lastAt: string | null;
}

export const tenants = pgTable(
  "tenants",
  {
    id: id(),
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    /** The home database. */
    databaseId: uuid("database_id")
      .notNull()
      .references(() => databases.id),
    /** The tenant key's text. */
    key: text("key").notNull(),
    slug: text("slug"),
    name: text("name"),
    domains: jsonb("domains").$type<string[]>().notNull().default([]),
    state: text("state", { enum: TENANT_STATES }).notNull(),
    /** What the platform itself says in its state column, where that is neither of the two that it declares. */
    platformState: text("platform_state"),
    /** Null where there is none. */
    fence: jsonb("fence").$type<KnownFence>(),
    /** Null where nobody has looked since it was fenced. */
    traffic: jsonb("traffic").$type<KnownTraffic>(),
    /** A legal hold: nothing of it may be deleted. */
    heldAt: at("held_at"),
    heldBy: uuid("held_by").references(() => persons.id),
    holdReason: text("hold_reason"),
    /** Estimates of the census, and when it was; null before the first. */
    rows: bigint("rows", { mode: "number" }),
    bytes: bigint("bytes", { mode: "number" }),
    /** Per table: `[{ table, rows, bytes }]`. */
    tables: jsonb("tables").$type<{ table: string; rows: number; bytes: number }[]>(),
    sizedAt: at("sized_at"),
    /** Not seen by the census any more since then. */
    goneAt: at("gone_at"),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("tenants_key").on(table.databaseId, table.key),
    index("tenants_by_platform").on(table.platformId, table.slug),
    index("tenants_by_state").on(table.platformId, table.state),
    index("tenants_by_name").on(table.platformId, table.name),
    // In the order of the list: the largest first, those not measured yet last; backwards it is the other way round.
    index("tenants_by_bytes").on(table.platformId, table.bytes.desc().nullsLast()),
    // Counts of a list and of its filters come from here alone; a list leaves out those that are gone.
    index("tenants_listed")
      .on(table.platformId, table.state, table.databaseId)
      .where(sql`${table.goneAt} IS NULL`),
    index("tenants_gone").on(table.platformId, table.slug).where(sql`${table.goneAt} IS NOT NULL`),
    index("tenants_by_database").on(table.databaseId, table.slug),
    index("tenants_found").using("gin", tenantFoundBy(table)),
  ],
);

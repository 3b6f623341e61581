/**
 * A platform's age keys. Bundles that the console has to read later are encrypted to the current one's recipient; what
 * former ones encrypted is still opened, so their private halves stay. They lie here, encrypted, and never in the
 * platform's own database.
 */
import { sql } from "drizzle-orm";
import { boolean, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, sealedText } from "./columns.ts";
import { persons } from "./persons.ts";
import { platforms } from "./platforms.ts";

export const encryptionKeys = pgTable(
  "encryption_keys",
  {
    /** `age1…` */
    recipient: text("recipient").primaryKey(),
    platformId: uuid("platform_id")
      .notNull()
      .references(() => platforms.id),
    /** `AGE-SECRET-KEY-1…`, encrypted. */
    identity: sealedText("identity").notNull(),
    label: text("label").notNull(),
    /** The one to which bundles are encrypted now. */
    current: boolean("current").notNull().default(false),
    addedBy: uuid("added_by").references(() => persons.id),
    retiredAt: at("retired_at"),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("encryption_keys_current").on(table.platformId).where(sql`${table.current}`),
    index("encryption_keys_by_platform").on(table.platformId, table.createdAt),
  ],
);

/** Keys that sign bundles, and keys of others that are trusted. The private half is encrypted. */
import { sql } from "drizzle-orm";
import { boolean, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { at, createdAt, sealedText } from "./columns.ts";
import { persons } from "./persons.ts";

export const signingKeys = pgTable(
  "signing_keys",
  {
    /** SHA-256 of the public key's SPKI DER, hex. */
    keyId: text("key_id").primaryKey(),
    /** SPKI PEM. */
    publicKey: text("public_key").notNull(),
    /** PKCS #8 PEM, encrypted; null for a key that is only trusted. */
    privateKey: sealedText("private_key"),
    label: text("label").notNull(),
    /** The one that signs now. */
    current: boolean("current").notNull().default(false),
    trusted: boolean("trusted").notNull().default(true),
    addedBy: uuid("added_by").references(() => persons.id),
    retiredAt: at("retired_at"),
    /** Since when its signatures count no more, on whose word, and why. */
    distrustedAt: at("distrusted_at"),
    distrustedBy: uuid("distrusted_by").references(() => persons.id),
    distrustReason: text("distrust_reason"),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex("signing_keys_current").on(table.current).where(sql`${table.current}`)],
);

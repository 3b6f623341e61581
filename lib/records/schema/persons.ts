/** People who sign in. A person is one human being, whatever accounts they have. */

import { sql } from "drizzle-orm";
import { boolean, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { at, createdAt, id } from "./columns.ts";

export const persons = pgTable(
  "persons",
  {
    id: id(),
    /** Lower case. */
    email: text("email").notNull(),
    name: text("name").notNull(),
    /** scrypt, in the form that `access/passwords.ts` writes; null for those who come by OIDC only. */
    passwordHash: text("password_hash"),
    /** Generated passwords are changed at the first sign-in. */
    mustChangePassword: boolean("must_change_password").notNull().default(false),
    /** The subject that the OIDC provider vouches for. */
    oidcSubject: text("oidc_subject"),
    /** Sessions of an older epoch are signed out: raising it revokes all of them at once. */
    sessionEpoch: integer("session_epoch").notNull().default(1),
    disabledAt: at("disabled_at"),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("persons_email").on(sql`lower(${table.email})`),
    uniqueIndex("persons_oidc_subject").on(table.oidcSubject),
  ],
);

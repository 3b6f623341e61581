/** Failed sign-ins, for the limit on attempts; by address and by e-mail, whether or not there is such a person. */
import { boolean, index, pgTable, text } from "drizzle-orm/pg-core";
import { at, id } from "./columns.ts";

export const signInAttempts = pgTable(
  "sign_in_attempts",
  {
    id: id(),
    email: text("email").notNull(),
    address: text("address").notNull(),
    succeeded: boolean("succeeded").notNull(),
    attemptedAt: at("attempted_at").notNull(),
  },
  (table) => [
    index("sign_in_attempts_by_email").on(table.email, table.attemptedAt),
    index("sign_in_attempts_by_address").on(table.address, table.attemptedAt),
  ],
);

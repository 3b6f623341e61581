/** Which roles a person has; what a role may do stands in `access/permissions.ts` and nowhere else. */
import { pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { createdAt } from "./columns.ts";
import { persons } from "./persons.ts";

export const ROLES = ["viewer", "support", "operator", "reviewer", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const roleGrants = pgTable(
  "role_grants",
  {
    personId: uuid("person_id")
      .notNull()
      .references(() => persons.id),
    role: text("role", { enum: ROLES }).notNull(),
    grantedBy: uuid("granted_by").references(() => persons.id),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.role] })],
);

/** People as the records know them now: who may review, and whether somebody still may. */
import { and, eq, inArray, isNull, ne } from "drizzle-orm";
import { type Permission, permissionsOf, rolesWith } from "../access/permissions.ts";
import { SYSTEM_PERMISSIONS, SYSTEM_PERSON } from "../access/system-person.ts";
import type { Finding } from "../findings/finding.ts";
import type { RecordsSession } from "../records/client.ts";
import { persons } from "../records/schema/persons.ts";
import { roleGrants } from "../records/schema/role-grants.ts";

/** What a person may do at this moment: nothing once disabled. */
export async function permissionsNow(
  session: RecordsSession,
  personId: string,
): Promise<ReadonlySet<Permission>> {
  if (personId === SYSTEM_PERSON) return SYSTEM_PERMISSIONS;
  const rows = await session
    .select({ role: roleGrants.role })
    .from(roleGrants)
    .innerJoin(persons, eq(persons.id, roleGrants.personId))
    .where(and(eq(persons.id, personId), isNull(persons.disabledAt)));
  return permissionsOf(rows.map((row) => row.role));
}

/** Everybody who holds a permission now, but this one. */
export async function peopleWith(
  session: RecordsSession,
  permission: Permission,
  except: string,
): Promise<string[]> {
  const rows = await session
    .selectDistinct({ id: persons.id })
    .from(persons)
    .innerJoin(roleGrants, eq(roleGrants.personId, persons.id))
    .where(
      and(
        inArray(roleGrants.role, [...rolesWith(permission)]),
        isNull(persons.disabledAt),
        ne(persons.id, except),
      ),
    )
    .orderBy(persons.id);
  return rows.map((row) => row.id);
}

/** The refusal of somebody who lacks a permission. */
export function notPermitted(permission: Permission): Finding {
  const roles = rolesWith(permission);
  return {
    code: "not-permitted",
    severity: "blocks",
    where: permission,
    what: "Your roles do not allow this.",
    todo: `Ask somebody who is ${roles.join(" or ")}, or an admin for the role.`,
  };
}

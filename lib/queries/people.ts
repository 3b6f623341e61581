/** The people who may sign in, with their roles; for those who manage them. */
import "server-only";
import { desc, eq, ne, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { ROLES, type Role } from "../access/permissions.ts";
import { SYSTEM_PERSON } from "../access/system-person.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { persons } from "../records/schema/persons.ts";
import { roleGrants } from "../records/schema/role-grants.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export interface PersonRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly disabledAt: Date | null;
  /** Has a generated password that was not changed yet. */
  readonly mustChangePassword: boolean;
  /** Comes by the identity provider too, or only. */
  readonly byProvider: boolean;
  readonly createdAt: Date;
  readonly lastSignIn: Date | null;
  /** The person who looks: others change one's own roles. */
  readonly self: boolean;
}

/** By name. @throws Refused */
export async function listPeople({ records }: Source, actor: Actor): Promise<readonly PersonRow[]> {
  authorise(actor, "manage:people");
  const lastSignIn = records
    .select({ at: auditEntries.at })
    .from(auditEntries)
    .where(sql`${auditEntries.actorId} = ${persons.id} AND ${auditEntries.action} = 'person.signed-in'`)
    .orderBy(desc(auditEntries.at))
    .limit(1);
  const [people, grants] = await Promise.all([
    records
      .select({
        id: persons.id,
        email: persons.email,
        name: persons.name,
        disabledAt: persons.disabledAt,
        mustChangePassword: persons.mustChangePassword,
        byProvider: sql<boolean>`${persons.oidcSubject} IS NOT NULL`,
        createdAt: persons.createdAt,
        lastSignIn: sql<Date | null>`(${lastSignIn})`.mapWith((at) => new Date(at)),
      })
      .from(persons)
      .where(ne(persons.id, SYSTEM_PERSON))
      .orderBy(persons.name, persons.email),
    records
      .select({ personId: roleGrants.personId, role: roleGrants.role })
      .from(roleGrants)
      .innerJoin(persons, eq(persons.id, roleGrants.personId)),
  ]);
  return people.map((person) => {
    const held = grants.filter(({ personId }) => personId === person.id).map(({ role }) => role);
    return {
      ...person,
      roles: ROLES.filter((role) => held.includes(role)),
      self: person.id === actor.personId,
    };
  });
}

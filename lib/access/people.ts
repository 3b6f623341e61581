/**
 * Changing who may sign in and what they may do. Every function asks for `manage:people`, and records who changed what
 * in the same transaction. All changes take one lock, so that two admins cannot remove each other at the same moment.
 */
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import type { Finding } from "../findings/finding.ts";
import { LOCK_CLASS } from "../postgres/tenant-lock.ts";
import { recordAudit } from "../records/audit.ts";
import type { Records, RecordsTransaction } from "../records/client.ts";
import { persons } from "../records/schema/persons.ts";
import { roleGrants } from "../records/schema/role-grants.ts";
import type { Actor } from "./actor.ts";
import { actorByPerson } from "./actor-of.ts";
import { generatePassword, hashPassword } from "./passwords.ts";
import {
  emailTaken,
  invalidPerson,
  lastAdmin,
  noSuchPerson,
  notAllowed,
  ownAccount,
  type Refused,
  refused,
  unknownRole,
} from "./people-findings.ts";
import { ROLES, type Role } from "./permissions.ts";
import { addPerson, type NewPerson } from "./person-records.ts";
import { SYSTEM_PERSON } from "./system-person.ts";

export type Changed = { readonly ok: true } | Refused;
export type WithPassword =
  | { readonly ok: true; readonly personId: string; readonly password: string }
  | Refused;

/** Second key of the lock on changes of people. */
const CHANGING_PEOPLE = 3;

type Person = typeof persons.$inferSelect;

/** Adds a person with a generated password, which is returned once. */
export async function createPerson(records: Records, actor: Actor, person: NewPerson): Promise<WithPassword> {
  const findings = checkPerson(person);
  if (findings.length > 0) return { ok: false, findings };
  return records.transaction(async (tx) => {
    if (!(await mayManage(tx, actor))) return refused(notAllowed());
    const added = await addPerson(tx, actor, { ...person, name: person.name.trim() });
    return added === null ? refused(emailTaken()) : { ok: true, ...added };
  });
}

/** Gives a role; giving one that is held already changes nothing. */
export async function grantRole(
  records: Records,
  actor: Actor,
  personId: string,
  role: Role,
): Promise<Changed> {
  if (!ROLES.includes(role)) return refused(unknownRole());
  return change(
    records,
    actor,
    personId,
    { ownRefused: "Your own roles are changed by another admin." },
    async (tx) => {
      const granted = await tx
        .insert(roleGrants)
        .values({ personId, role, grantedBy: actor.personId })
        .onConflictDoNothing()
        .returning();
      return granted.length === 0 ? null : { action: "person.role-granted", data: { role } };
    },
  );
}

/** Takes a role back; it is gone with the person's next call, not with their next sign-in. */
export async function revokeRole(
  records: Records,
  actor: Actor,
  personId: string,
  role: Role,
): Promise<Changed> {
  return change(
    records,
    actor,
    personId,
    { ownRefused: "Your own roles are changed by another admin." },
    async (tx) => {
      if (role === "admin" && (await isLastAdmin(tx, personId))) return lastAdmin();
      const revoked = await tx
        .delete(roleGrants)
        .where(and(eq(roleGrants.personId, personId), eq(roleGrants.role, role)))
        .returning();
      return revoked.length === 0 ? null : { action: "person.role-revoked", data: { role } };
    },
  );
}

/** Keeps a person out from now on; what they have done stays theirs. */
export async function disablePerson(records: Records, actor: Actor, personId: string): Promise<Changed> {
  return change(
    records,
    actor,
    personId,
    { ownRefused: "You cannot disable your own account." },
    async (tx, person) => {
      if (person.disabledAt !== null) return null;
      if (await isLastAdmin(tx, personId)) return lastAdmin();
      await tx
        .update(persons)
        .set({ disabledAt: sql`now()`, sessionEpoch: sql`${persons.sessionEpoch} + 1` })
        .where(eq(persons.id, personId));
      return { action: "person.disabled" };
    },
  );
}

/** Lets a disabled person in again, with the roles that they had. */
export async function enablePerson(records: Records, actor: Actor, personId: string): Promise<Changed> {
  return change(
    records,
    actor,
    personId,
    { ownRefused: "Your account is not disabled." },
    async (tx, person) => {
      if (person.disabledAt === null) return null;
      await tx.update(persons).set({ disabledAt: null }).where(eq(persons.id, personId));
      return { action: "person.enabled" };
    },
  );
}

/** Makes a new generated password, returned once; the old one and all sessions end. */
export async function resetPassword(records: Records, actor: Actor, personId: string): Promise<WithPassword> {
  const password = generatePassword();
  const passwordHash = await hashPassword(password);
  const ownRefused = "Your own password is changed on your profile.";
  const changed = await change(records, actor, personId, { ownRefused }, async (tx) => {
    await tx
      .update(persons)
      .set({ passwordHash, mustChangePassword: true, sessionEpoch: sql`${persons.sessionEpoch} + 1` })
      .where(eq(persons.id, personId));
    return { action: "person.password-reset" };
  });
  return changed.ok ? { ok: true, personId, password } : changed;
}

/** Ends all sessions of a person; the password stays. */
export async function signPersonOut(records: Records, actor: Actor, personId: string): Promise<Changed> {
  const ownRefused = "Your own sessions are ended from the menu under your name.";
  return change(records, actor, personId, { ownRefused }, async (tx) => {
    await tx
      .update(persons)
      .set({ sessionEpoch: sql`${persons.sessionEpoch} + 1` })
      .where(eq(persons.id, personId));
    return { action: "person.signed-out-everywhere" };
  });
}

interface Recorded {
  readonly action: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** One change of one person: authorised, on the row as it is under the lock, recorded where it changed anything. */
async function change(
  records: Records,
  actor: Actor,
  personId: string,
  rule: { readonly ownRefused: string },
  act: (tx: RecordsTransaction, person: Person) => Promise<Recorded | Finding | null>,
): Promise<Changed> {
  return records.transaction(async (tx) => {
    if (!(await mayManage(tx, actor))) return refused(notAllowed());
    if (personId === actor.personId) return refused(ownAccount(rule.ownRefused));
    const [person] = await tx.select().from(persons).where(eq(persons.id, personId)).for("update");
    if (person === undefined || personId === SYSTEM_PERSON) return refused(noSuchPerson());
    const outcome = await act(tx, person);
    if (outcome === null) return { ok: true };
    if ("severity" in outcome) return refused(outcome);
    await recordAudit(tx, { actor, subject: { type: "person", id: personId }, ...outcome });
    return { ok: true };
  });
}

/** Under the lock, and from the records: an admin who was one when the page was opened may be none any more. */
async function mayManage(tx: RecordsTransaction, actor: Actor): Promise<boolean> {
  if (!actor.permissions.has("manage:people")) return false;
  await tx.execute(sql`SELECT pg_advisory_xact_lock(${LOCK_CLASS}::int, ${CHANGING_PEOPLE}::int)`);
  const now = await actorByPerson(tx, actor.personId);
  return now?.permissions.has("manage:people") ?? false;
}

/** Whether nobody else who may sign in is an admin. */
async function isLastAdmin(tx: RecordsTransaction, personId: string): Promise<boolean> {
  const others = await tx
    .select({ id: persons.id })
    .from(roleGrants)
    .innerJoin(persons, eq(persons.id, roleGrants.personId))
    .where(and(eq(roleGrants.role, "admin"), isNull(persons.disabledAt), ne(persons.id, personId)))
    .limit(1);
  return others.length === 0;
}

function checkPerson(person: NewPerson): Finding[] {
  const email = person.email.trim();
  const findings: Finding[] = [];
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254) findings.push(invalidPerson("e-mail"));
  if (person.name.trim() === "" || person.name.length > 100) findings.push(invalidPerson("name"));
  if (!person.roles.every((role) => ROLES.includes(role))) findings.push(unknownRole());
  return findings;
}

/** From what a session's cookie says to who that is now. The cookie is a claim; the records decide, at every call. */
import { eq } from "drizzle-orm";
import type { RecordsSession } from "../records/client.ts";
import { persons } from "../records/schema/persons.ts";
import { roleGrants } from "../records/schema/role-grants.ts";
import type { Actor } from "./actor.ts";
import { permissionsOf } from "./permissions.ts";

/** What a session's token holds, and nothing else: no role, no name. */
export interface SessionClaim {
  readonly personId: string;
  readonly epoch: number;
  /** When this session began; milliseconds. */
  readonly signedInAt: number;
  /**
   * When the provider asked the person who they are, as its `auth_time` says, which may be long before it sent them
   * back here; milliseconds. Absent where it does not say, and for those who typed a password of ours.
   */
  readonly vouchedAt?: number;
}

/** After this long people sign in again, whatever they were doing. Milliseconds. */
export const SESSION_LASTS = 12 * 3600 * 1000;

interface Session {
  readonly actor: Actor;
  readonly signedInAt: number;
  /** Null where nobody says. */
  readonly vouchedAt: number | null;
}

export type SessionState =
  | { readonly state: "signed-out" }
  /** Signed in with a generated password: may change it and do nothing else. */
  | ({ readonly state: "must-change" } & Session)
  | ({ readonly state: "signed-in" } & Session);

/** Reads the person behind a claim: signed out where disabled, signed out everywhere since, or too long ago. */
export async function actorOf(records: RecordsSession, claim: SessionClaim | null): Promise<SessionState> {
  if (claim === null || Date.now() - claim.signedInAt > SESSION_LASTS) return { state: "signed-out" };
  const rows = await records
    .select({ person: persons, role: roleGrants.role })
    .from(persons)
    .leftJoin(roleGrants, eq(roleGrants.personId, persons.id))
    .where(eq(persons.id, claim.personId));
  const person = rows[0]?.person;
  if (person === undefined || person.disabledAt !== null) return { state: "signed-out" };
  if (person.sessionEpoch !== claim.epoch) return { state: "signed-out" };
  const roles = rows.flatMap(({ role }) => (role === null ? [] : [role]));
  const actor: Actor = {
    personId: person.id,
    name: person.name,
    email: person.email,
    roles,
    permissions: permissionsOf(roles),
    sessionEpoch: person.sessionEpoch,
  };
  const state = person.mustChangePassword ? "must-change" : "signed-in";
  return { state, actor, signedInAt: claim.signedInAt, vouchedAt: claim.vouchedAt ?? null };
}

/** Whom a person id stands for at this moment, outside any session: a reviewer when their approval is used. */
export async function actorByPerson(records: RecordsSession, personId: string): Promise<Actor | null> {
  const [person] = await records
    .select({ epoch: persons.sessionEpoch })
    .from(persons)
    .where(eq(persons.id, personId));
  if (person === undefined) return null;
  const found = await actorOf(records, { personId, epoch: person.epoch, signedInAt: Date.now() });
  return found.state === "signed-out" ? null : found.actor;
}

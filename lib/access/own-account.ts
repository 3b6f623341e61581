/** What people change about themselves. */
import { eq, sql } from "drizzle-orm";
import { recordAudit } from "../records/audit.ts";
import type { Records } from "../records/client.ts";
import { persons } from "../records/schema/persons.ts";
import type { Actor } from "./actor.ts";
import { checkNewPassword } from "./password-rules.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { invalidPerson, type Refused, refused } from "./people-findings.ts";
import { confirmPassword } from "./sign-in.ts";

/** A session of the new epoch, for the one that made the change: all others have ended. */
export type NewEpoch = { readonly ok: true; readonly epoch: number } | Refused;

/** Changes the actor's password after asking for the present one, and ends all their sessions. */
export async function changeOwnPassword(
  records: Records,
  actor: Actor,
  passwords: { readonly current: string; readonly next: string },
): Promise<NewEpoch> {
  const confirmed = await confirmPassword(records, actor.personId, passwords.current);
  if (!confirmed.ok) return confirmed;
  const findings = checkNewPassword(passwords.next, actor);
  if (findings.length > 0) return { ok: false, findings };
  const passwordHash = await hashPassword(passwords.next);
  if (await verifyPassword(passwords.current, passwordHash)) {
    return refused({
      code: "password-unchanged",
      severity: "blocks",
      where: "new password",
      what: "The new password is the present one.",
      todo: "Choose another.",
    });
  }
  return records.transaction(async (tx) => {
    const [row] = await tx
      .update(persons)
      .set({ passwordHash, mustChangePassword: false, sessionEpoch: sql`${persons.sessionEpoch} + 1` })
      .where(eq(persons.id, actor.personId))
      .returning({ epoch: persons.sessionEpoch });
    const subject = { type: "person", id: actor.personId };
    await recordAudit(tx, { actor, action: "person.password-changed", subject });
    return { ok: true, epoch: row!.epoch };
  });
}

/** Ends all of the actor's sessions, this one too. */
export async function signOutEverywhere(records: Records, actor: Actor): Promise<void> {
  await records.transaction(async (tx) => {
    await tx
      .update(persons)
      .set({ sessionEpoch: sql`${persons.sessionEpoch} + 1` })
      .where(eq(persons.id, actor.personId));
    const subject = { type: "person", id: actor.personId };
    await recordAudit(tx, { actor, action: "person.signed-out-everywhere", subject });
  });
}

/** Changes the name by which others know the actor. */
export async function renameSelf(
  records: Records,
  actor: Actor,
  name: string,
): Promise<{ readonly ok: true } | Refused> {
  const next = name.trim();
  if (next === "" || next.length > 100) return refused(invalidPerson("name"));
  await records.transaction(async (tx) => {
    await tx.update(persons).set({ name: next }).where(eq(persons.id, actor.personId));
    await recordAudit(tx, {
      actor,
      action: "person.renamed",
      subject: { type: "person", id: actor.personId },
    });
  });
  return { ok: true };
}

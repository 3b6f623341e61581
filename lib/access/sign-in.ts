/** Signing in with e-mail and password. Known or not, the answer is the same sentence after the same work. */
import { eq, sql } from "drizzle-orm";
import type { Finding } from "../findings/finding.ts";
import { recordAudit } from "../records/audit.ts";
import type { Records } from "../records/client.ts";
import { persons } from "../records/schema/persons.ts";
import { fileAttempt, settleAttempt, WINDOW_MINUTES } from "./attempts.ts";
import { pretendToVerify, verifyPassword } from "./passwords.ts";

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Where the request comes from, for the limit; never kept longer than a day. */
  readonly address: string;
}

export type SignedIn =
  | { readonly ok: true; readonly personId: string; readonly epoch: number }
  | { readonly ok: false; readonly findings: readonly Finding[] };

export const WRONG_CREDENTIALS: Finding = {
  code: "credentials-wrong",
  severity: "blocks",
  where: "sign-in",
  what: "E-mail and password do not belong together.",
  todo: "Try again; an admin can make you a new password.",
};

export const TOO_MANY_ATTEMPTS: Finding = {
  code: "attempts-exceeded",
  severity: "blocks",
  where: "sign-in",
  what: "Too many attempts with this e-mail or from this address.",
  todo: `Wait ${WINDOW_MINUTES} minutes, or ask an admin for a new password.`,
};

/** Longer texts are no e-mail and no password of ours, and would only be work. */
const LONGEST = 320;

/** Checks a password, within the limits, and records how it went. */
export async function signInWithPassword(records: Records, given: Credentials): Promise<SignedIn> {
  const email = normaliseEmail(given.email);
  if (email.length > LONGEST || given.password.length > LONGEST) return refused(WRONG_CREDENTIALS);
  const attempt = await fileAttempt(records, email, given.address);
  if (attempt === null) return refused(TOO_MANY_ATTEMPTS);
  const [person] = await records
    .select()
    .from(persons)
    .where(eq(sql`lower(${persons.email})`, email));
  const hash = person?.disabledAt === null ? person.passwordHash : null;
  const right =
    hash === null ? await pretendToVerify(given.password) : await verifyPassword(given.password, hash);
  if (!right) {
    await recordAudit(records, {
      actor: { personId: null, name: "sign-in" },
      action: "person.sign-in-refused",
      subject: { type: "person", id: person?.id ?? "unknown" },
    });
    return refused(WRONG_CREDENTIALS);
  }
  await settleAttempt(records, attempt, email);
  await recordAudit(records, {
    actor: { personId: person!.id, name: person!.name },
    action: "person.signed-in",
    subject: { type: "person", id: person!.id },
    data: { by: "password" },
  });
  return { ok: true, personId: person!.id, epoch: person!.sessionEpoch };
}

/**
 * Asks for the password once more, where an act needs more than a session that may lie open: breaking glass, changing
 * the password. Within a limit of its own: strangers who try somebody's e-mail do not keep them from it. Those who
 * come by OIDC have no password, and sign in again instead.
 */
export async function confirmPassword(
  records: Records,
  personId: string,
  password: string,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly findings: readonly Finding[] }> {
  if (password.length > LONGEST) return refused(PASSWORD_WRONG);
  const who = `person ${personId}`;
  const attempt = await fileAttempt(records, who, who);
  if (attempt === null) return refused(TOO_MANY_ATTEMPTS);
  const [person] = await records.select().from(persons).where(eq(persons.id, personId));
  const hash = person?.disabledAt === null ? person.passwordHash : null;
  if (hash === null || !(await verifyPassword(password, hash))) return refused(PASSWORD_WRONG);
  await settleAttempt(records, attempt, who);
  return { ok: true };
}

const PASSWORD_WRONG: Finding = {
  code: "password-wrong",
  severity: "blocks",
  where: "password",
  what: "This is not your password.",
  todo: "Type the one that you sign in with.",
};

/** As it is stored and compared: without white space around it, lower case. */
export function normaliseEmail(text: string): string {
  return text.trim().toLowerCase();
}

function refused(finding: Finding): { readonly ok: false; readonly findings: readonly Finding[] } {
  return { ok: false, findings: [finding] };
}

/**
 * Whether it is still the person who sits there, for acts that a session left open must not do. Those who have a
 * password type it, within the limits of attempts; those who come by the identity provider have signed in just now.
 */
import { eq } from "drizzle-orm";
import type { Finding } from "../findings/finding.ts";
import type { Records } from "../records/client.ts";
import { persons } from "../records/schema/persons.ts";
import { confirmPassword } from "./sign-in.ts";

/** How long ago somebody may have signed in for an act that asks for a fresh sign-in. Milliseconds. */
const FRESH = 10 * 60 * 1000;

export function isFresh(signedInAt: number, now = Date.now()): boolean {
  return now - signedInAt <= FRESH;
}

/** Findings `password-wrong`, `attempts-exceeded`, `sign-in-stale`; none where it is the person. */
export async function confirmPerson(
  records: Records,
  personId: string,
  proof: { readonly password: string; readonly signedInAt: number },
): Promise<readonly Finding[]> {
  if (await hasPassword(records, personId)) {
    const confirmed = await confirmPassword(records, personId, proof.password);
    return confirmed.ok ? [] : confirmed.findings;
  }
  return isFresh(proof.signedInAt) ? [] : [SIGN_IN_STALE];
}

/** Whether the person confirms by typing a password; else by signing in again. */
export async function hasPassword(records: Records, personId: string): Promise<boolean> {
  const [person] = await records
    .select({ hash: persons.passwordHash })
    .from(persons)
    .where(eq(persons.id, personId));
  return person?.hash != null;
}

const SIGN_IN_STALE: Finding = {
  code: "sign-in-stale",
  severity: "blocks",
  where: "sign-in",
  what: "You signed in too long ago for this.",
  todo: "Sign in again by the identity provider, then do it within ten minutes.",
};

/**
 * Whether it is still the person who sits there, for acts that a session left open must not do. Those who have a
 * password type it, within the limits of attempts; those who come by the identity provider have just been asked by it.
 */
import { eq } from "drizzle-orm";
import type { Finding } from "../findings/finding.ts";
import type { Records } from "../records/client.ts";
import { persons } from "../records/schema/persons.ts";
import { confirmPassword } from "./sign-in.ts";

/** How long ago the provider may have asked somebody for an act that wants a fresh sign-in. Milliseconds. */
const FRESH = 10 * 60 * 1000;

/**
 * What a sign-in that is to be fresh asks of the provider (OpenID Connect Core, 3.1.2.1): ask the person again, and
 * say when, which a provider has to once `max_age` is given.
 */
export const ASK_AGAIN = { prompt: "login", max_age: "0" } as const;

/** Findings `password-wrong`, `attempts-exceeded`, `sign-in-stale`, `sign-in-undated`; none where it is the person. */
export async function confirmPerson(
  records: Records,
  personId: string,
  proof: { readonly password: string; readonly vouchedAt: number | null },
): Promise<readonly Finding[]> {
  if (await hasPassword(records, personId)) {
    const confirmed = await confirmPassword(records, personId, proof.password);
    return confirmed.ok ? [] : confirmed.findings;
  }
  if (proof.vouchedAt === null) return [SIGN_IN_UNDATED];
  return Date.now() - proof.vouchedAt <= FRESH ? [] : [SIGN_IN_STALE];
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
  what: "The identity provider asked you too long ago for this.",
  todo: "Sign in again by the identity provider, then do it within ten minutes.",
};

const SIGN_IN_UNDATED: Finding = {
  code: "sign-in-undated",
  severity: "blocks",
  where: "sign-in",
  what: "The identity provider did not say when it asked you who you are.",
  todo: "Sign in again from this page. Where it says so still, have the provider send auth_time, or an admin give you a password of this console.",
};

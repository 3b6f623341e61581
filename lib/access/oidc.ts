/**
 * People who come by the OIDC provider. The provider says who somebody is, never what they may do: a person whom it
 * brings has no role until an admin grants one.
 */
import { eq, sql } from "drizzle-orm";
import { recordAudit } from "../records/audit.ts";
import type { Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { persons } from "../records/schema/persons.ts";
import { findByEmail } from "./person-records.ts";
import { normaliseEmail } from "./sign-in.ts";

/** What of the provider's ID token counts. */
export interface OidcIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string | null;
}

export type OidcRefusal = "no-email" | "email-unverified" | "disabled" | "other-account";
export type OidcOutcome =
  | { readonly ok: true; readonly personId: string; readonly epoch: number }
  | { readonly ok: false; readonly reason: OidcRefusal };

/**
 * Finds, links or creates the person. An e-mail that somebody here has already is linked to them, and only when the
 * provider has verified it: else whoever can write an address into the provider could become its owner here. One human
 * being stays one person, or the rule "not one's own reviewer" would not hold.
 */
export async function signInWithOidc(records: Records, identity: OidcIdentity): Promise<OidcOutcome> {
  const oidcSubject = subjectOf(identity);
  const known = await findByOidcSubject(records, identity);
  const person = known ?? (await linkOrCreate(records, identity, oidcSubject));
  if (typeof person === "string") return { ok: false, reason: person };
  if (person.disabledAt !== null) return { ok: false, reason: "disabled" };
  await recordAudit(records, {
    actor: { personId: person.id, name: person.name },
    action: "person.signed-in",
    subject: { type: "person", id: person.id },
    data: { by: "oidc" },
  });
  return { ok: true, personId: person.id, epoch: person.sessionEpoch };
}

/** The person whom the provider vouched for before; null for nobody yet. */
export async function findByOidcSubject(
  records: Records,
  identity: Pick<OidcIdentity, "issuer" | "subject">,
): Promise<Person | null> {
  const [person] = await records
    .select()
    .from(persons)
    .where(eq(persons.oidcSubject, subjectOf(identity)));
  return person ?? null;
}

type Person = typeof persons.$inferSelect;

/** With the issuer: another provider's subjects are other people. */
function subjectOf({ issuer, subject }: Pick<OidcIdentity, "issuer" | "subject">): string {
  return `${issuer} ${subject}`;
}

async function linkOrCreate(
  records: Records,
  identity: OidcIdentity,
  oidcSubject: string,
): Promise<Person | OidcRefusal> {
  if (identity.email === null) return "no-email";
  const email = normaliseEmail(identity.email);
  return records.transaction(async (tx) => {
    // Two tabs that come back from the provider at once are one person.
    await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`oidc ${email}`}, 0))`);
    const [again] = await tx.select().from(persons).where(eq(persons.oidcSubject, oidcSubject));
    if (again !== undefined) return again;
    const same = await findByEmail(tx, email);
    if (same === null) {
      const row = { id: newId(), email, name: identity.name?.trim().slice(0, 100) || email, oidcSubject };
      const [created] = await tx.insert(persons).values(row).returning();
      await record(tx, created!, "person.created");
      return created!;
    }
    if (!identity.emailVerified) return "email-unverified";
    if (same.oidcSubject !== null) return "other-account";
    const [linked] = await tx.update(persons).set({ oidcSubject }).where(eq(persons.id, same.id)).returning();
    await record(tx, linked!, "person.linked");
    return linked!;
  });
}

async function record(tx: Parameters<typeof recordAudit>[0], person: Person, action: string): Promise<void> {
  const subject = { type: "person", id: person.id };
  await recordAudit(tx, {
    actor: { personId: null, name: "sign-in" },
    action,
    subject,
    data: { by: "oidc", roles: [] },
  });
}

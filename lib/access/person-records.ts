/** Adding people to the records, for those who have already been allowed to: people.ts, the first start, OIDC. */
import { and, eq, ne, sql } from "drizzle-orm";
import { type AuditActor, recordAudit } from "../records/audit.ts";
import type { RecordsSession } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { persons } from "../records/schema/persons.ts";
import { roleGrants } from "../records/schema/role-grants.ts";
import { generatePassword, hashPassword } from "./passwords.ts";
import type { Role } from "./permissions.ts";
import { normaliseEmail } from "./sign-in.ts";
import { SYSTEM_PERSON } from "./system-person.ts";

export interface NewPerson {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/**
 * Adds a person with a generated password, to be changed at the first sign-in; shown once and kept nowhere. Authorises
 * nobody. Null where the e-mail is taken.
 *
 * @param hash what is kept of the password
 */
export async function addPerson(
  session: RecordsSession,
  by: AuditActor,
  person: NewPerson,
  hash: (password: string) => Promise<string> = hashPassword,
): Promise<{ readonly personId: string; readonly password: string } | null> {
  const password = generatePassword();
  const passwordHash = await hash(password);
  const personId = newId();
  const added = await session.transaction(async (tx) => {
    const rows = await tx
      .insert(persons)
      .values({
        id: personId,
        email: normaliseEmail(person.email),
        name: person.name,
        passwordHash,
        mustChangePassword: true,
      })
      .onConflictDoNothing()
      .returning({ id: persons.id });
    if (rows.length === 0) return false;
    await recordAudit(tx, {
      actor: by,
      action: "person.created",
      subject: { type: "person", id: personId },
      data: { roles: person.roles },
    });
    for (const role of person.roles) {
      await tx.insert(roleGrants).values({ personId, role, grantedBy: by.personId });
    }
    return true;
  });
  return added ? { personId, password } : null;
}

/** Whom an e-mail belongs to; null for nobody. The console's own row is nobody's. */
export async function findByEmail(session: RecordsSession, email: string) {
  const [person] = await session
    .select()
    .from(persons)
    .where(and(eq(sql`lower(${persons.email})`, normaliseEmail(email)), ne(persons.id, SYSTEM_PERSON)));
  return person ?? null;
}

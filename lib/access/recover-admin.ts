/** A way back in for whoever runs the server: needs the records' credentials, and no account. */
import { eq, sql } from "drizzle-orm";
import { recordAudit } from "../records/audit.ts";
import type { Records } from "../records/client.ts";
import { persons } from "../records/schema/persons.ts";
import { roleGrants } from "../records/schema/role-grants.ts";
import { generatePassword, hashPassword } from "./passwords.ts";
import { addPerson, findByEmail } from "./person-records.ts";
import { normaliseEmail } from "./sign-in.ts";

export interface Recovered {
  readonly personId: string;
  /** Generated, to be changed at the first sign-in; told to nobody else. */
  readonly password: string;
  readonly created: boolean;
}

const BY = { personId: null, name: "recover-admin" } as const;

/**
 * Makes the person with this e-mail an admin who can sign in: enabled, with a new generated password, all sessions
 * ended; created where there is none. On record under the command's name, as nobody knows who typed it.
 */
export async function recoverAdmin(records: Records, given: string): Promise<Recovered> {
  const email = normaliseEmail(given);
  const password = generatePassword();
  const passwordHash = await hashPassword(password);
  return records.transaction(async (tx) => {
    const person = await findByEmail(tx, email);
    if (person === null) {
      const added = await addPerson(tx, BY, { email, name: email.split("@")[0]!, roles: ["admin"] });
      if (added === null) throw new Error("the e-mail was taken at this moment; run the command again");
      await record(added.personId, true);
      return { ...added, created: true };
    }
    await tx
      .update(persons)
      .set({
        passwordHash,
        mustChangePassword: true,
        disabledAt: null,
        sessionEpoch: sql`${persons.sessionEpoch} + 1`,
      })
      .where(eq(persons.id, person.id));
    await tx.insert(roleGrants).values({ personId: person.id, role: "admin" }).onConflictDoNothing();
    await record(person.id, false);
    return { personId: person.id, password, created: false };

    async function record(personId: string, created: boolean): Promise<void> {
      const subject = { type: "person", id: personId };
      await recordAudit(tx, { actor: BY, action: "person.recovered", subject, data: { created } });
    }
  });
}

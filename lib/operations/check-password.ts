/** A person's password, asked for again before an act that goes past the reviewers. */
import { eq } from "drizzle-orm";
import { pretendToVerify, verifyPassword } from "../access/passwords.ts";
import type { RecordsSession } from "../records/client.ts";
import { persons } from "../records/schema/persons.ts";

/** False for people who are disabled, or who have no password of their own. */
export async function checkPersonsPassword(
  records: RecordsSession,
  personId: string,
  password: string,
): Promise<boolean> {
  const [person] = await records.select().from(persons).where(eq(persons.id, personId));
  if (person === undefined || person.passwordHash === null || person.disabledAt !== null)
    return pretendToVerify(password);
  return verifyPassword(password, person.passwordHash);
}

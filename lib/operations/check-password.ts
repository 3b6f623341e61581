/** A person's password, asked for again before an act that goes past the reviewers. */
import { confirmPassword } from "../access/sign-in.ts";
import type { Records } from "../records/client.ts";

/** False for a wrong one, too many wrong ones, people who are disabled, and those who have none of their own. */
export async function checkPersonsPassword(
  records: Records,
  personId: string,
  password: string,
): Promise<boolean> {
  return (await confirmPassword(records, personId, password)).ok;
}

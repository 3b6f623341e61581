/** People for tests: real rows with real roles, and passwords that have been changed already. */
import { eq } from "drizzle-orm";
import type { Records } from "../../records/client.ts";
import { persons } from "../../records/schema/persons.ts";
import type { Actor } from "../actor.ts";
import { actorByPerson } from "../actor-of.ts";
import { hashPassword } from "../passwords.ts";
import type { Role } from "../permissions.ts";
import { addPerson } from "../person-records.ts";

export interface TestPerson {
  readonly actor: Actor;
  readonly password: string;
}

/** A hash that verifies as any other, at a two-hundredth of the work: who is no test of passwords need not wait for it. */
export const quickHash = (password: string) => hashPassword(password, { logN: 9, r: 8, p: 1 });

/** Adds `<name>@example.com`, who has these roles and need not change the password. */
export async function addTestActor(
  records: Records,
  name: string,
  roles: readonly Role[],
): Promise<TestPerson> {
  const by = { personId: null, name: "test" };
  const added = await addPerson(records, by, { email: `${name}@example.com`, name, roles }, quickHash);
  if (added === null) throw new Error(`${name} is there already`);
  await records.update(persons).set({ mustChangePassword: false }).where(eq(persons.id, added.personId));
  return { actor: (await actorByPerson(records, added.personId))!, password: added.password };
}

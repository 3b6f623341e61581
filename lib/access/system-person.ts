/**
 * Who asks where nobody does: what policies have done by the clock. A row among the persons, so that requests, the
 * audit trail and lists have somebody to name; nobody signs in as it, and its rights stand here alone.
 */
import type { RecordsSession } from "../records/client.ts";
import { persons } from "../records/schema/persons.ts";
import type { Actor } from "./actor.ts";
import type { Permission } from "./permissions.ts";

export const SYSTEM_PERSON = "00000000-0000-7000-8000-000000000001";

const NAME = "the schedule";

/** What it may, whatever roles somebody writes into the records for it. */
export const SYSTEM_PERMISSIONS: ReadonlySet<Permission> = new Set<Permission>(["request:drill"]);

/** It is there from when it is first needed: disabled, without a password, and with an address that is none. */
export async function systemActor(records: RecordsSession): Promise<Actor> {
  await records
    .insert(persons)
    .values({ id: SYSTEM_PERSON, email: NAME, name: NAME, disabledAt: new Date() })
    .onConflictDoNothing();
  return {
    personId: SYSTEM_PERSON,
    name: NAME,
    email: NAME,
    roles: [],
    permissions: SYSTEM_PERMISSIONS,
    sessionEpoch: 1,
  };
}

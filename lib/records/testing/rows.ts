/** Rows for tests of the records: one function a table, each with what a row must have and nothing more. */
import type { RecordsSession } from "../client.ts";
import { newId } from "../id.ts";
import { databases } from "../schema/databases.ts";
import { operations } from "../schema/operations.ts";
import { persons } from "../schema/persons.ts";
import { platforms } from "../schema/platforms.ts";

export async function addTestPerson(records: RecordsSession, name: string): Promise<string> {
  const id = newId();
  await records.insert(persons).values({ id, email: `${name}-${id}@example.com`, name });
  return id;
}

export interface TestPlace {
  readonly platformId: string;
  readonly databaseId: string;
}

/** A platform with one database. */
export async function addTestPlace(records: RecordsSession): Promise<TestPlace> {
  const platformId = newId();
  const databaseId = newId();
  await records.insert(platforms).values({ id: platformId, name: `platform-${platformId}`, fileVersion: 1 });
  await records.insert(databases).values({
    id: databaseId,
    platformId,
    name: "eu-1",
    endpoint: "127.0.0.1:5432/harbor",
    plannerUrl: Buffer.from("sealed"),
    runnerUrl: Buffer.from("sealed"),
  });
  return { platformId, databaseId };
}

type NewOperation = typeof operations.$inferInsert;

/** An operation in review of the tenant `acme`, unless told otherwise. */
export async function addTestOperation(
  records: RecordsSession,
  place: TestPlace,
  requestedBy: string,
  given: Partial<NewOperation> = {},
): Promise<string> {
  const id = newId();
  await records.insert(operations).values({
    id,
    kind: "import",
    state: "in_review",
    ...place,
    claim: "key:acme",
    input: {},
    idempotencyKey: id,
    requestedBy,
    budgetSeconds: 60,
    ...given,
  });
  return id;
}

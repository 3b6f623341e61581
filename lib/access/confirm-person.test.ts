import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRecords, type Records } from "../records/client.ts";
import { persons } from "../records/schema/persons.ts";
import { createTestDatabase } from "../testing/database.ts";
import { ATTEMPTS_BY_EMAIL, fileAttempt } from "./attempts.ts";
import { confirmPerson, hasPassword } from "./confirm-person.ts";
import { addTestActor, type TestPerson } from "./testing/people.ts";

let records: Records;
let ada: TestPerson;
let oda: TestPerson;
beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  ada = await addTestActor(records, "ada", ["admin"]);
  oda = await addTestActor(records, "oda", ["admin"]);
  await records
    .update(persons)
    .set({ passwordHash: null, oidcSubject: "https://id.example oda" })
    .where(eq(persons.id, oda.actor.personId));
});
afterAll(() => records.close());

const MINUTE = 60_000;
const codes = async (person: TestPerson, password: string, minutesAgo: number | null = 0) => {
  const proof = { password, vouchedAt: minutesAgo === null ? null : Date.now() - minutesAgo * MINUTE };
  return (await confirmPerson(records, person.actor.personId, proof)).map(({ code }) => code);
};

describe("confirming a person", () => {
  it("who comes by the provider asks for a fresh sign-in, and no password helps", async () => {
    expect(await hasPassword(records, oda.actor.personId)).toBe(false);
    expect(await codes(oda, "", 9)).toEqual([]);
    expect(await codes(oda, oda.password, 11)).toEqual(["sign-in-stale"]);
    expect(await codes(oda, oda.password, null)).toEqual(["sign-in-undated"]);
  });

  it("who has a password asks for it, however fresh the sign-in, and not for ever", async () => {
    expect(await codes(ada, "")).toEqual(["password-wrong"]);
    expect(await codes(ada, ada.password, 60)).toEqual([]);
    const who = `person ${ada.actor.personId}`;
    for (let n = 0; n < ATTEMPTS_BY_EMAIL; n++) await fileAttempt(records, who, who);
    expect(await codes(ada, "guess")).toEqual(["attempts-exceeded"]);
    expect(await codes(ada, ada.password)).toEqual(["attempts-exceeded"]);
  });
});

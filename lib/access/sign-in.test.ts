import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openRecords, type Records } from "../records/client.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { persons } from "../records/schema/persons.ts";
import { signInAttempts } from "../records/schema/sign-in-attempts.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { ATTEMPTS_BY_ADDRESS, ATTEMPTS_BY_EMAIL, fileAttempt } from "./attempts.ts";
import { hashPassword } from "./passwords.ts";
import { confirmPassword, signInWithPassword, TOO_MANY_ATTEMPTS, WRONG_CREDENTIALS } from "./sign-in.ts";
import { addTestActor, type TestPerson } from "./testing/people.ts";

let database: TestDatabase;
let records: Records;
let ada: TestPerson;
let gone: TestPerson;

beforeAll(async () => {
  database = await createTestDatabase("records");
  records = openRecords(database.url);
  ada = await addTestActor(records, "ada", ["operator"]);
  gone = await addTestActor(records, "gone", ["admin"]);
  await records.update(persons).set({ disabledAt: new Date() }).where(eq(persons.id, gone.actor.personId));
});
beforeEach(async () => {
  await records.delete(signInAttempts);
});
afterAll(async () => {
  await records.close();
  await database.drop();
});

const attempt = (email: string, password: string, address = "192.0.2.1") =>
  signInWithPassword(records, { email, password, address });

/** Wrong passwords, without the work of looking at them. */
async function fail(count: number, of: (tried: number) => { email: string; address: string }): Promise<void> {
  for (let tried = 0; tried < count; tried++) {
    const { email, address } = of(tried);
    expect(await fileAttempt(records, email, address)).not.toBeNull();
  }
}

describe("signing in", () => {
  it("takes the e-mail in any case, with the right password, and records it", async () => {
    const outcome = await attempt(" ADA@Example.com ", ada.password);
    expect(outcome).toEqual({ ok: true, personId: ada.actor.personId, epoch: 1 });
    const [entry] = await records
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.action, "person.signed-in"));
    expect(entry).toMatchObject({ actorId: ada.actor.personId, data: { by: "password" } });
  });

  it("answers the same to a wrong password, an unknown e-mail, a disabled person and one without a password", async () => {
    await records.insert(persons).values({ id: crypto.randomUUID(), email: "oidc@example.com", name: "O" });
    const refused = { ok: false, findings: [WRONG_CREDENTIALS] };
    expect(await attempt("ada@example.com", "wrong")).toEqual(refused);
    expect(await attempt("nobody@example.com", "wrong")).toEqual(refused);
    expect(await attempt("gone@example.com", gone.password)).toEqual(refused);
    expect(await attempt("oidc@example.com", "")).toEqual(refused);
    expect(await attempt("", "")).toEqual(refused);
    expect(await attempt(`${"a".repeat(400)}@example.com`, "wrong")).toEqual(refused);
    expect(await attempt("ada@example.com", "x".repeat(400))).toEqual(refused);
  });

  it("records the same for all of them, and neither e-mail, address nor password", async () => {
    const before = await records.$count(auditEntries);
    await attempt("ada@example.com", "wrong-password-1");
    await attempt("nobody@example.com", "wrong-password-2");
    expect(await records.$count(auditEntries)).toBe(before + 2);
    const kept = JSON.stringify([
      await records.select().from(auditEntries),
      await records.select().from(signInAttempts),
    ]);
    for (const secret of ["nobody@", "ada@", "wrong-password"]) expect(kept).not.toContain(secret);
  });

  it.each(["ada@example.com", "nobody@example.com"])(
    "stops after so many wrong passwords for %s, from wherever, the right one too",
    async (email) => {
      await fail(ATTEMPTS_BY_EMAIL - 1, (tried) => ({ email, address: `192.0.2.${tried}` }));
      expect(await attempt(email, "wrong", "192.0.2.98")).toMatchObject({ findings: [WRONG_CREDENTIALS] });
      const refused = { ok: false, findings: [TOO_MANY_ATTEMPTS] };
      expect(await attempt(email, ada.password, "192.0.2.99")).toEqual(refused);
      // What is refused does not count: a window later it is over, however often somebody knocks.
      expect(await records.$count(signInAttempts)).toBe(ATTEMPTS_BY_EMAIL);
      await records.update(signInAttempts).set({ attemptedAt: new Date(Date.now() - 16 * 60_000) });
      expect((await attempt(email, ada.password)).ok).toBe(email === "ada@example.com");
    },
  );

  it("stops an address that tries many people, and not the people", async () => {
    await fail(ATTEMPTS_BY_ADDRESS, (tried) => ({ email: `${tried}@example.com`, address: "192.0.2.1" }));
    const refused = { ok: false, findings: [TOO_MANY_ATTEMPTS] };
    expect(await attempt("ada@example.com", ada.password)).toEqual(refused);
    expect((await attempt("ada@example.com", ada.password, "198.51.100.7")).ok).toBe(true);
  });

  it("lets no more than the limit through when they come at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, number) => fileAttempt(records, "ada@example.com", `192.0.2.${number}`)),
    );
    const through = all.filter((filed) => filed !== null);
    expect(through.length).toBeLessThanOrEqual(ATTEMPTS_BY_EMAIL);
    expect(await records.$count(signInAttempts)).toBe(through.length);
  });

  it("starts afresh after a success for the e-mail, but not for the address", async () => {
    const address = "192.0.2.1";
    await fail(ATTEMPTS_BY_EMAIL - 1, () => ({ email: "ada@example.com", address }));
    expect((await attempt("ada@example.com", ada.password, address)).ok).toBe(true);
    expect(await attempt("ada@example.com", "wrong", address)).toMatchObject({
      findings: [WRONG_CREDENTIALS],
    });
    const left = ATTEMPTS_BY_ADDRESS - ATTEMPTS_BY_EMAIL;
    await fail(left, (tried) => ({ email: `${tried}@example.com`, address }));
    expect(await attempt("ada@example.com", ada.password, address)).toMatchObject({
      findings: [TOO_MANY_ATTEMPTS],
    });
  });

  it("forgets attempts after a day", async () => {
    await attempt("nobody@example.com", "wrong");
    await records.update(signInAttempts).set({ attemptedAt: new Date(Date.now() - 25 * 3_600_000) });
    await attempt("ada@example.com", ada.password);
    expect(await records.select().from(signInAttempts)).toMatchObject([{ succeeded: true }]);
  });
});

describe("asking for the password again", () => {
  it("takes one's own and no other, within a limit that others cannot use up", async () => {
    const { personId } = ada.actor;
    await fail(ATTEMPTS_BY_EMAIL, () => ({ email: "ada@example.com", address: "192.0.2.1" }));
    expect(await attempt("ada@example.com", ada.password)).toMatchObject({ findings: [TOO_MANY_ATTEMPTS] });
    expect(await confirmPassword(records, personId, ada.password)).toEqual({ ok: true });
    expect(await confirmPassword(records, gone.actor.personId, gone.password)).toMatchObject({ ok: false });
    expect(await confirmPassword(records, personId, "wrong")).toMatchObject({
      findings: [{ code: "password-wrong" }],
    });
    const who = `person ${personId}`;
    await fail(ATTEMPTS_BY_EMAIL - 1, () => ({ email: who, address: who }));
    const refused = { ok: false, findings: [TOO_MANY_ATTEMPTS] };
    expect(await confirmPassword(records, personId, ada.password)).toEqual(refused);
  });
});

it("takes a hash that was made elsewhere with the same parameters", async () => {
  const passwordHash = await hashPassword("restored from a backup");
  await records.update(persons).set({ passwordHash }).where(eq(persons.id, ada.actor.personId));
  expect((await attempt("ada@example.com", "restored from a backup")).ok).toBe(true);
});

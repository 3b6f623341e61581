import { eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openRecords, type Records } from "../records/client.ts";
import { persons } from "../records/schema/persons.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { actorByPerson } from "./actor-of.ts";
import { type OidcIdentity, signInWithOidc } from "./oidc.ts";
import { addTestActor } from "./testing/people.ts";

let database: TestDatabase;
let records: Records;

beforeEach(async () => {
  database = await createTestDatabase("records");
  records = openRecords(database.url);
});
afterEach(async () => {
  await records.close();
  await database.drop();
});

const IDENTITY: OidcIdentity = {
  issuer: "https://login.example.com",
  subject: "0815",
  email: "Ada@Example.com",
  emailVerified: true,
  name: "Ada",
};

it("creates a person without any role, once, also when two tabs come back at once", async () => {
  const outcomes = await Promise.all([1, 2, 3].map(() => signInWithOidc(records, IDENTITY)));
  expect(await records.$count(persons)).toBe(1);
  const first = outcomes[0]!;
  if (!first.ok) throw new Error("refused");
  for (const outcome of outcomes) expect(outcome).toEqual(first);
  const actor = await actorByPerson(records, first.personId);
  expect(actor).toMatchObject({ email: "ada@example.com", name: "Ada", roles: [] });
  expect(actor!.permissions.size).toBe(0);
});

it("is the same person as the one here, where the provider has verified the e-mail", async () => {
  const { actor } = await addTestActor(records, "ada", ["operator"]);
  expect(await signInWithOidc(records, IDENTITY)).toEqual({ ok: true, personId: actor.personId, epoch: 1 });
  expect((await actorByPerson(records, actor.personId))!.roles).toEqual(["operator"]);
  // From then on the subject counts, whatever becomes of the e-mail there.
  const renamed = { ...IDENTITY, email: "ada.l@example.com", emailVerified: false };
  expect(await signInWithOidc(records, renamed)).toMatchObject({ personId: actor.personId });
});

it("takes over nobody by an e-mail that nobody has verified, nor by another account or another provider", async () => {
  await addTestActor(records, "ada", ["admin"]);
  expect(await signInWithOidc(records, { ...IDENTITY, emailVerified: false })).toEqual({
    ok: false,
    reason: "email-unverified",
  });
  await signInWithOidc(records, IDENTITY);
  for (const other of [{ subject: "4711" }, { issuer: "https://elsewhere.example.com" }]) {
    expect(await signInWithOidc(records, { ...IDENTITY, ...other })).toEqual({
      ok: false,
      reason: "other-account",
    });
  }
});

it("refuses disabled people, and identities without an e-mail", async () => {
  const { actor } = await addTestActor(records, "ada", ["admin"]);
  await signInWithOidc(records, IDENTITY);
  await records.update(persons).set({ disabledAt: new Date() }).where(eq(persons.id, actor.personId));
  expect(await signInWithOidc(records, IDENTITY)).toEqual({ ok: false, reason: "disabled" });
  expect(await signInWithOidc(records, { ...IDENTITY, subject: "1", email: null })).toEqual({
    ok: false,
    reason: "no-email",
  });
});

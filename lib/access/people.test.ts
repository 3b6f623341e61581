import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRecords, type Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { persons } from "../records/schema/persons.ts";
import { roleGrants } from "../records/schema/role-grants.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import type { Actor } from "./actor.ts";
import { actorByPerson, actorOf } from "./actor-of.ts";
import { changeOwnPassword, renameSelf, signOutEverywhere } from "./own-account.ts";
import { createPerson, disablePerson, enablePerson, grantRole, resetPassword, revokeRole } from "./people.ts";
import { ROLES, type Role } from "./permissions.ts";
import { signInWithPassword } from "./sign-in.ts";
import { addTestActor, type TestPerson } from "./testing/people.ts";

let database: TestDatabase;
let records: Records;
let admin: TestPerson;
let ada: TestPerson;

beforeEach(async () => {
  database = await createTestDatabase("records");
  records = openRecords(database.url);
  admin = await addTestActor(records, "root", ["admin"]);
  ada = await addTestActor(records, "ada", ["operator"]);
});
afterEach(async () => {
  await records.close();
  await database.drop();
});

const now = async (person: TestPerson) => (await actorByPerson(records, person.actor.personId))!;
const refusedWith = (code: string) => ({ ok: false, findings: [expect.objectContaining({ code })] });

async function actions(): Promise<string[]> {
  const rows = await records
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.actorId, admin.actor.personId));
  return rows.map(({ action }) => action);
}

describe("an admin", () => {
  it("creates a person whose generated password signs in and must be changed first", async () => {
    const made = await createPerson(records, admin.actor, {
      email: "Grace@Example.com",
      name: " Grace ",
      roles: ["support", "reviewer"],
    });
    if (!made.ok) throw new Error("refused");
    const signedIn = await signInWithPassword(records, {
      email: "grace@example.com",
      password: made.password,
      address: "a",
    });
    expect(signedIn).toMatchObject({ ok: true, personId: made.personId });
    const claim = { personId: made.personId, epoch: 1, signedInAt: Date.now() };
    const state = await actorOf(records, claim);
    expect(state).toMatchObject({
      state: "must-change",
      actor: { name: "Grace", email: "grace@example.com" },
    });
    if (state.state === "signed-out") throw new Error("signed out");
    const next = "a password of one's own";
    expect(await changeOwnPassword(records, state.actor, { current: made.password, next: "short" })).toEqual(
      refusedWith("password-unfit"),
    );
    expect(
      await changeOwnPassword(records, state.actor, { current: made.password, next: made.password }),
    ).toEqual(refusedWith("password-unchanged"));
    expect(await changeOwnPassword(records, state.actor, { current: "wrong", next })).toEqual(
      refusedWith("password-wrong"),
    );
    expect(await changeOwnPassword(records, state.actor, { current: made.password, next })).toEqual({
      ok: true,
      epoch: 2,
    });
    expect(await actorOf(records, claim)).toEqual({ state: "signed-out" });
    expect(await actorOf(records, { ...claim, epoch: 2 })).toMatchObject({ state: "signed-in" });
    expect(JSON.stringify(await records.select().from(auditEntries))).not.toContain(made.password);
  });

  it("grants and revokes, each on record, and each once", async () => {
    const { personId } = ada.actor;
    expect(await grantRole(records, admin.actor, personId, "reviewer")).toEqual({ ok: true });
    expect(await grantRole(records, admin.actor, personId, "reviewer")).toEqual({ ok: true });
    expect((await now(ada)).permissions.has("review")).toBe(true);
    expect(await revokeRole(records, admin.actor, personId, "operator")).toEqual({ ok: true });
    expect((await now(ada)).roles).toEqual(["reviewer"]);
    expect(await actions()).toEqual(["person.role-granted", "person.role-revoked"]);
  });

  it("resets a password: the old one and every session end", async () => {
    const claim = { personId: ada.actor.personId, epoch: 1, signedInAt: Date.now() };
    const reset = await resetPassword(records, admin.actor, ada.actor.personId);
    if (!reset.ok) throw new Error("refused");
    expect(await actorOf(records, claim)).toEqual({ state: "signed-out" });
    const signIn = (password: string) =>
      signInWithPassword(records, { email: "ada@example.com", password, address: "a" });
    expect((await signIn(ada.password)).ok).toBe(false);
    expect(await signIn(reset.password)).toMatchObject({ ok: true, epoch: 2 });
  });

  it("disables and enables: nothing of a disabled person works, and their sessions do not come back", async () => {
    const { personId } = ada.actor;
    const claim = { personId, epoch: 1, signedInAt: Date.now() };
    expect(await disablePerson(records, admin.actor, personId)).toEqual({ ok: true });
    expect(await actorOf(records, claim)).toEqual({ state: "signed-out" });
    expect(await actorByPerson(records, personId)).toBeNull();
    expect(await enablePerson(records, admin.actor, personId)).toEqual({ ok: true });
    expect(await actorOf(records, claim)).toEqual({ state: "signed-out" });
    expect((await now(ada)).roles).toEqual(["operator"]);
    expect(await actions()).toEqual(["person.disabled", "person.enabled"]);
  });

  it("is told what is wrong with a new person", async () => {
    const make = (given: Partial<{ email: string; name: string; roles: Role[] }>) =>
      createPerson(records, admin.actor, { email: "new@example.com", name: "New", roles: [], ...given });
    expect(await make({ email: "ADA@example.com" })).toEqual(refusedWith("email-taken"));
    expect(await make({ email: "no address" })).toEqual(refusedWith("email-invalid"));
    expect(await make({ name: " " })).toEqual(refusedWith("name-invalid"));
    expect(await make({ roles: ["owner" as Role] })).toEqual(refusedWith("role-unknown"));
    expect(await grantRole(records, admin.actor, ada.actor.personId, "owner" as Role)).toEqual(
      refusedWith("role-unknown"),
    );
    expect(await grantRole(records, admin.actor, newId(), "viewer")).toEqual(refusedWith("person-unknown"));
    expect(await actions()).toEqual([]);
  });

  it("changes nobody's standing but others'", async () => {
    const { personId } = admin.actor;
    const own = refusedWith("own-account");
    for (const role of ROLES) {
      expect(await grantRole(records, admin.actor, personId, role)).toEqual(own);
      expect(await revokeRole(records, admin.actor, personId, role)).toEqual(own);
    }
    expect(await disablePerson(records, admin.actor, personId)).toEqual(own);
    expect(await resetPassword(records, admin.actor, personId)).toEqual(own);
  });
});

describe("the last admin", () => {
  it("stays: of two who remove each other at once, one does", async () => {
    for (const remove of [
      (by: Actor, of: Actor) => revokeRole(records, by, of.personId, "admin"),
      (by: Actor, of: Actor) => disablePerson(records, by, of.personId),
    ]) {
      const other = await addTestActor(records, `other-${newId()}`, ["admin"]);
      const both = await Promise.all([remove(admin.actor, other.actor), remove(other.actor, admin.actor)]);
      expect(both.filter(({ ok }) => ok)).toHaveLength(1);
      const left = await records.select().from(roleGrants).where(eq(roleGrants.role, "admin"));
      const able = await Promise.all(left.map(({ personId }) => actorByPerson(records, personId)));
      expect(able.filter((one) => one !== null)).toHaveLength(1);
      admin = { ...admin, actor: able.find((one) => one !== null)! };
    }
  });

  it("is not removed by somebody who was disabled meanwhile", async () => {
    const other = await addTestActor(records, "other", ["admin"]);
    await records.update(persons).set({ disabledAt: new Date() }).where(eq(persons.id, admin.actor.personId));
    expect(await revokeRole(records, admin.actor, other.actor.personId, "admin")).toEqual(
      refusedWith("not-allowed"),
    );
  });

  it("counts only those who may sign in", async () => {
    const other = await addTestActor(records, "other", ["admin"]);
    const third = await addTestActor(records, "third", ["admin"]);
    expect((await disablePerson(records, admin.actor, third.actor.personId)).ok).toBe(true);
    expect((await revokeRole(records, admin.actor, other.actor.personId, "admin")).ok).toBe(true);
    // Whoever could remove the last one would have to be an admin, and so another.
    expect(await disablePerson(records, third.actor, admin.actor.personId)).toEqual(
      refusedWith("not-allowed"),
    );
  });
});

describe("without the permission", () => {
  it.each(ROLES.filter((role) => role !== "admin"))("a %s changes nobody by a direct call", async (role) => {
    const { actor } = await addTestActor(records, "caller", [role]);
    const { personId } = ada.actor;
    const no = refusedWith("not-allowed");
    expect(await createPerson(records, actor, { email: "x@example.com", name: "X", roles: [] })).toEqual(no);
    expect(await grantRole(records, actor, personId, "admin")).toEqual(no);
    expect(await grantRole(records, actor, actor.personId, "admin")).toEqual(no);
    expect(await revokeRole(records, actor, personId, "operator")).toEqual(no);
    expect(await disablePerson(records, actor, personId)).toEqual(no);
    expect(await enablePerson(records, actor, personId)).toEqual(no);
    expect(await resetPassword(records, actor, personId)).toEqual(no);
    expect((await now(ada)).roles).toEqual(["operator"]);
  });

  it("an actor who was an admin when the page was opened is none any more", async () => {
    const other = await addTestActor(records, "other", ["admin"]);
    await revokeRole(records, other.actor, admin.actor.personId, "admin");
    expect(admin.actor.permissions.has("manage:people")).toBe(true);
    expect(await grantRole(records, admin.actor, ada.actor.personId, "admin")).toEqual(
      refusedWith("not-allowed"),
    );
  });
});

describe("one's own account", () => {
  it("is signed out everywhere, and renamed, on record", async () => {
    const claim = { personId: ada.actor.personId, epoch: 1, signedInAt: Date.now() };
    expect(await actorOf(records, claim)).toMatchObject({ state: "signed-in" });
    expect(await renameSelf(records, ada.actor, " Ada L. ")).toEqual({ ok: true });
    expect(await renameSelf(records, ada.actor, "")).toEqual(refusedWith("name-invalid"));
    await signOutEverywhere(records, ada.actor);
    expect(await actorOf(records, claim)).toEqual({ state: "signed-out" });
    expect((await now(ada)).name).toBe("Ada L.");
    const rows = await records
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.actorId, ada.actor.personId));
    expect(rows.map(({ action }) => action)).toEqual(["person.renamed", "person.signed-out-everywhere"]);
  });

  it("ends its session after twelve hours, and with a claim that is not of this epoch", async () => {
    const { personId } = ada.actor;
    const out = { state: "signed-out" };
    expect(await actorOf(records, null)).toEqual(out);
    expect(await actorOf(records, { personId, epoch: 0, signedInAt: Date.now() })).toEqual(out);
    expect(await actorOf(records, { personId, epoch: 2, signedInAt: Date.now() })).toEqual(out);
    expect(await actorOf(records, { personId: newId(), epoch: 1, signedInAt: Date.now() })).toEqual(out);
    const long = Date.now() - 12.1 * 3_600_000;
    expect(await actorOf(records, { personId, epoch: 1, signedInAt: long })).toEqual(out);
  });
});

import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../../../../lib/access/actor.ts";
import { actorByPerson } from "../../../../lib/access/actor-of.ts";
import { addTestActor } from "../../../../lib/access/testing/people.ts";
import { listPeople } from "../../../../lib/queries/people.ts";
import { Refused } from "../../../../lib/queries/refused.ts";
import { recordAudit } from "../../../../lib/records/audit.ts";
import { openRecords, type Records } from "../../../../lib/records/client.ts";
import { newId } from "../../../../lib/records/id.ts";
import { auditEntries } from "../../../../lib/records/schema/audit-entries.ts";
import { createTestDatabase } from "../../../../lib/testing/database.ts";
import { actOnPerson, addNewPerson } from "./acts.ts";

let records: Records;
let ada: Actor;
let ben: Actor;
beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  ada = (await addTestActor(records, "ada", ["admin"])).actor;
  ben = (await addTestActor(records, "ben", ["operator", "viewer"])).actor;
});
afterAll(() => records.close());

const form = (values: Readonly<Record<string, string | readonly string[]>>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(values))
    for (const one of [value].flat()) data.append(name, one as string);
  return data;
};
const act = (actor: Actor, values: Record<string, string>) => actOnPerson({ records }, actor, form(values));
const codes = async (actor: Actor, values: Record<string, string>) =>
  (await act(actor, values)).findings.map(({ code }) => code);
const person = async (email: string) =>
  (await listPeople({ records }, ada)).find((row) => row.email === email);

describe("the page of people", () => {
  it("lists everybody with their roles, for admins only", async () => {
    expect(await person("ben@example.com")).toMatchObject({ roles: ["viewer", "operator"], self: false });
    expect(await person("ada@example.com")).toMatchObject({ self: true, lastSignIn: null });
    const subject = { type: "person", id: ben.personId };
    await recordAudit(records, { actor: ben, action: "person.signed-in", subject });
    expect((await person("ben@example.com"))?.lastSignIn).toBeInstanceOf(Date);
    expect(await person("ada@example.com")).toMatchObject({ lastSignIn: null });
    await expect(listPeople({ records }, ben)).rejects.toThrow(Refused);
  });

  it("adds a person with a password that is in the answer and in no record", async () => {
    const values = { email: "cleo@example.com", name: " Cleo ", role: ["support", "viewer"] };
    const state = await addNewPerson({ records }, ada, form(values));
    expect(state).toMatchObject({ findings: [], password: { email: "cleo@example.com" } });
    expect(await person("cleo@example.com")).toMatchObject({
      name: "Cleo",
      roles: ["viewer", "support"],
      mustChangePassword: true,
    });
    const trail = JSON.stringify(await records.select().from(auditEntries));
    expect(trail).toContain("person.created");
    expect(trail).not.toContain(state.password?.text);
  });

  it("refuses a person without the permission, with a taken e-mail, or a role that is none", async () => {
    const add = async (actor: Actor, values: Record<string, string>) => {
      const state = await addNewPerson({ records }, actor, form({ name: "X", ...values }));
      return [state.findings.map(({ code }) => code), state.password];
    };
    expect(await add(ben, { email: "x@example.com" })).toEqual([["not-allowed"], null]);
    expect(await add(ada, { email: "BEN@example.com" })).toEqual([["email-taken"], null]);
    expect(await add(ada, { email: "nobody" })).toEqual([["email-invalid"], null]);
    expect(await add(ada, { email: "x@example.com", role: "owner" })).toEqual([["form-unreadable"], null]);
    expect(await person("x@example.com")).toBeUndefined();
  });

  it("gives and takes roles, disables and enables, signs out, resets; each is recorded", async () => {
    const personId = ben.personId;
    const does = async (values: Record<string, string>) => {
      const state = await act(ada, { personId, ...values });
      expect(state.findings).toEqual([]);
      return state;
    };
    await does({ act: "grant", role: "reviewer" });
    await does({ act: "revoke", role: "viewer" });
    expect(await person("ben@example.com")).toMatchObject({ roles: ["operator", "reviewer"] });
    const before = (await actorByPerson(records, personId))!.sessionEpoch;
    await does({ act: "sign-out" });
    expect((await actorByPerson(records, personId))!.sessionEpoch).toBe(before + 1);
    await does({ act: "disable" });
    expect((await person("ben@example.com"))?.disabledAt).not.toBeNull();
    await does({ act: "enable" });
    const reset = await does({ act: "reset", email: "ben@example.com" });
    expect(reset.password?.text.length).toBeGreaterThan(10);
    const rows = await records.select().from(auditEntries).where(eq(auditEntries.subjectId, personId));
    expect(rows.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        "person.role-granted",
        "person.role-revoked",
        "person.signed-out-everywhere",
        "person.disabled",
        "person.enabled",
        "person.password-reset",
      ]),
    );
  });

  it("refuses each act to who may not, on oneself, on nobody, and where the form is forged", async () => {
    const acts = ["disable", "enable", "reset", "sign-out"].map((name) => ({ act: name }));
    for (const each of [...acts, { act: "grant", role: "admin" }, { act: "revoke", role: "admin" }]) {
      expect(await codes(ben, { personId: ada.personId, ...each }), each.act).toEqual(["not-allowed"]);
      expect(await codes(ada, { personId: ada.personId, ...each }), each.act).toEqual(["own-account"]);
      expect(await codes(ada, { personId: newId(), ...each }), each.act).toEqual(["person-unknown"]);
      expect(await codes(ada, { personId: "1", ...each }), each.act).toEqual(["form-unreadable"]);
    }
    expect(await codes(ada, { personId: ben.personId, act: "delete" })).toEqual(["form-unreadable"]);
    expect(await codes(ada, { personId: ben.personId, act: "grant", role: "owner" })).toEqual([
      "form-unreadable",
    ]);
  });
});

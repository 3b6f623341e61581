import { afterAll, beforeAll, expect, it } from "vitest";
import type { Actor } from "../../../../../lib/access/actor.ts";
import type { Role } from "../../../../../lib/access/permissions.ts";
import { addTestActor } from "../../../../../lib/access/testing/people.ts";
import { openRecords, type Records } from "../../../../../lib/records/client.ts";
import { newId } from "../../../../../lib/records/id.ts";
import { createTestDatabase, type TestDatabase } from "../../../../../lib/testing/database.ts";
import type { Outcome } from "../../../operations/form-state.ts";
import { callOffEffect, tryEffect } from "./effect.ts";

let database: TestDatabase;
let records: Records;
let operator: Actor;
beforeAll(async () => {
  database = await createTestDatabase("records");
  records = openRecords(database.url);
  operator = await actor("operator");
});
afterAll(async () => {
  await records.close();
  await database.drop();
});

const actor = async (role: Role) => (await addTestActor(records, role, [role])).actor;
const form = (fields: Record<string, string>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
};
const codes = (outcome: Outcome) => (outcome.ok ? [] : outcome.state.findings.map(({ code }) => code));
const asked = () => ({ platformId: newId(), bundleId: newId(), version: "2" });

it("whoever may not request an upgrade tries nothing and calls nothing off", async () => {
  for (const role of ["viewer", "support", "reviewer"] as const) {
    const person = await actor(role);
    expect(codes(await tryEffect({ records }, person, form(asked())))).toEqual(["not-permitted"]);
    expect(codes(await callOffEffect({ records }, person, form({ effectId: newId() })))).toEqual([
      "not-permitted",
    ]);
  }
});

it("a form that names nothing, or what is not there, is refused", async () => {
  expect(codes(await tryEffect({ records }, operator, form({})))).toEqual(["form-unreadable"]);
  expect(codes(await tryEffect({ records }, operator, form(asked())))).toEqual(["bundle-unknown"]);
  expect(codes(await callOffEffect({ records }, operator, form({ effectId: "x" })))).toEqual([
    "form-unreadable",
  ]);
  expect(codes(await callOffEffect({ records }, operator, form({ effectId: newId() })))).toEqual([
    "effect-not-open",
  ]);
});

it("personal columns are asked for with a reason", async () => {
  const outcome = await tryEffect({ records }, operator, form({ ...asked(), personal: "yes", reason: " " }));
  expect(codes(outcome)).toEqual(["reason-missing"]);
});

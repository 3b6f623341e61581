import { afterAll, beforeAll, expect, it } from "vitest";
import type { Role } from "../../../../../lib/access/permissions.ts";
import { addTestActor } from "../../../../../lib/access/testing/people.ts";
import { openRecords, type Records } from "../../../../../lib/records/client.ts";
import { newId } from "../../../../../lib/records/id.ts";
import { createTestDatabase, type TestDatabase } from "../../../../../lib/testing/database.ts";
import { callOff, measure } from "./measure.ts";

let database: TestDatabase;
let records: Records;
beforeAll(async () => {
  database = await createTestDatabase("records");
  records = openRecords(database.url);
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
const codes = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code);

it("whoever may only see measures nothing and calls nothing off", async () => {
  const viewer = await actor("viewer");
  expect(codes(await measure({ records }, viewer, form({ platformId: newId() })))).toEqual(["not-permitted"]);
  expect(codes(await callOff({ records }, viewer, form({ replayId: newId() })))).toEqual(["not-permitted"]);
});

it("a form that names nothing, or what is not there, is refused", async () => {
  const operator = await actor("operator");
  expect(codes(await measure({ records }, operator, form({})))).toEqual(["form-unreadable"]);
  expect(codes(await measure({ records }, operator, form({ platformId: newId() })))).toEqual([
    "platform-unknown",
  ]);
  expect(codes(await callOff({ records }, operator, form({ replayId: "x" })))).toEqual(["form-unreadable"]);
  expect(codes(await callOff({ records }, operator, form({ replayId: newId() })))).toEqual([
    "replay-not-open",
  ]);
});

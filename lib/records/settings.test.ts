import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { openRecords, type Records } from "./client.ts";
import { auditEntries } from "./schema/audit-entries.ts";
import { readSetting, writeSetting } from "./settings.ts";

const Brake = z.object({ on: z.boolean() });
const actor = { personId: null, name: "test" };

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

const read = () => readSetting(records, "brake", Brake, { on: false });
const write = (version: number, on: boolean) =>
  writeSetting(records, { name: "brake", value: { on }, version, actor, data: { reason: "a test" } });

it("is the default with version 0 until it is written", async () => {
  expect(await read()).toEqual({ value: { on: false }, version: 0 });
});

it("changes only from the version that was seen, and records each change", async () => {
  const both = await Promise.all([write(0, true), write(0, false)]);
  expect(both.filter((one) => one.ok)).toEqual([{ ok: true, version: 1 }]);
  expect(both.find((one) => !one.ok)).toMatchObject({ findings: [{ code: "setting-changed-meanwhile" }] });
  expect(await write(1, true)).toEqual({ ok: true, version: 2 });
  expect(await write(1, false)).toMatchObject({ ok: false });
  expect(await read()).toEqual({ value: { on: true }, version: 2 });
  const entries = await records.select().from(auditEntries).orderBy(auditEntries.id);
  expect(entries.map(({ action, data }) => [action, (data as { version: number }).version])).toEqual([
    ["setting.changed", 1],
    ["setting.changed", 2],
  ]);
  expect(entries[1]!.data).toMatchObject({ version: 2, value: { on: true }, reason: "a test" });
  expect(entries.map(({ data }) => (data as { former: unknown }).former)).toEqual([
    null,
    (entries[0]!.data as { value: unknown }).value,
  ]);
});

it("refuses a stored value that does not fit, instead of taking the default for it", async () => {
  await records.transaction((tx) =>
    writeSetting(tx, { name: "odd", value: { on: "yes" }, version: 0, actor }),
  );
  await expect(readSetting(records, "odd", Brake, { on: false })).rejects.toMatchObject({
    findings: [{ code: "setting-invalid", where: "setting odd" }],
  });
});

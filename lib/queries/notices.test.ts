import { afterAll, beforeAll, expect, it } from "vitest";
import { dismissOwnNotice, readOwnNotices } from "../access/own-notices.ts";
import { openRecords, type Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { notices } from "../records/schema/notices.ts";
import { addTestOperation } from "../records/testing/rows.ts";
import { createTestDatabase } from "../testing/database.ts";
import { listNotices } from "./notices.ts";
import { Refused } from "./refused.ts";
import { fillRecords, type LivedIn } from "./testing/lived-in.ts";

let records: Records;
let here: LivedIn;
beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  here = await fillRecords(records, { tenants: 1 });
  const operationId = await addTestOperation(
    records,
    { platformId: here.platformId, databaseId: here.eu },
    here.ada.personId,
    { state: "succeeded", tenantSlug: "acme" },
  );
  const notice = (personId: string, type: string) => ({ id: newId(), personId, type, operationId });
  await records
    .insert(notices)
    .values([
      notice(here.ada.personId, "outcome"),
      notice(here.ben.personId, "review-wanted"),
      notice(here.ben.personId, "broke-glass"),
    ]);
});
afterAll(() => records.close());

const mine = (actor = here.ben) => listNotices({ records }, actor);

it("lists a person's own notices until they are dismissed, by that person", async () => {
  expect((await mine()).map(({ type }) => type).toSorted()).toEqual(["broke-glass", "review-wanted"]);
  const [theirs] = await mine(here.ada);
  expect(theirs).toMatchObject({
    type: "outcome",
    readAt: null,
    operation: { tenant: "acme", database: "eu-1" },
  });
  expect(await dismissOwnNotice(records, here.ben, theirs!.id)).toBe(false);
  expect(await dismissOwnNotice(records, here.ben, newId())).toBe(false);
  expect(await readOwnNotices(records, here.ada)).toBe(1);
  expect((await mine(here.ada))[0]!.readAt).toBeInstanceOf(Date);
  expect(await dismissOwnNotice(records, here.ada, theirs!.id)).toBe(true);
  expect(await dismissOwnNotice(records, here.ada, theirs!.id)).toBe(false);
  expect(await mine(here.ada)).toEqual([]);
  expect(await mine()).toHaveLength(2);
});

it("is refused without a role", async () => {
  await expect(mine(here.nobody)).rejects.toThrow(Refused);
});

import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { openRecords, type Records } from "./client.ts";
import { EVENT_CHANNEL, type EventNotice, parseEventNotice } from "./event-channel.ts";
import { newId } from "./id.ts";
import { operationEvents } from "./schema/operation-events.ts";
import { OPERATION_STATES, operations } from "./schema/operations.ts";
import { reviews } from "./schema/reviews.ts";
import { addTestOperation, addTestPerson, addTestPlace, type TestPlace } from "./testing/rows.ts";

let database: TestDatabase;
let records: Records;
let ada: string;
let bert: string;
let place: TestPlace;

beforeAll(async () => {
  database = await createTestDatabase("records");
  records = openRecords(database.url);
  ada = await addTestPerson(records, "ada");
  bert = await addTestPerson(records, "bert");
});
beforeEach(async () => {
  place = await addTestPlace(records);
});
afterAll(async () => {
  await records.close();
  await database.drop();
});

/** drizzle wraps the database's error. */
const breaking = (constraint: string) => ({ cause: expect.objectContaining({ constraint }) });

describe("a review", () => {
  const review = (operationId: string, requestedBy: string, reviewerId: string) =>
    records.insert(reviews).values({
      id: newId(),
      operationId,
      requestedBy,
      reviewerId,
      decision: "approve",
      digest: "d",
      intent: "i",
      risk: "r",
      rollback: "r",
      reason: "r",
    });

  it("is never by the person who asked, whatever the code above does", async () => {
    const operation = await addTestOperation(records, place, ada);
    await expect(review(operation, ada, ada)).rejects.toMatchObject(breaking("reviews_by_another_person"));
    await review(operation, ada, bert);
  });

  it("cannot name another requester to get past that", async () => {
    const operation = await addTestOperation(records, place, ada);
    await expect(review(operation, bert, ada)).rejects.toMatchObject(breaking("reviews_of_operation"));
  });

  it("keeps the requester of its operation from being exchanged afterwards", async () => {
    const operation = await addTestOperation(records, place, ada);
    await review(operation, ada, bert);
    const exchanged = records
      .update(operations)
      .set({ requestedBy: bert })
      .where(eq(operations.id, operation));
    await expect(exchanged).rejects.toMatchObject(breaking("reviews_of_operation"));
  });

  it("is once a person and plan", async () => {
    const operation = await addTestOperation(records, place, ada);
    await review(operation, ada, bert);
    await expect(review(operation, ada, bert)).rejects.toMatchObject(breaking("reviews_once"));
  });
});

describe("an operation", () => {
  const ENDED = new Set(["succeeded", "failed", "aborted", "superseded", "rejected", "expired", "withdrawn"]);

  it.each(OPERATION_STATES)("%s: claims its tenant for itself until it has ended", async (state) => {
    await addTestOperation(records, place, ada, { state });
    const second = addTestOperation(records, place, bert, { state: "planned" });
    if (ENDED.has(state)) await second;
    else await expect(second).rejects.toMatchObject(breaking("operations_one_a_tenant"));
    // Another tenant, and the same key in another database, are free.
    await addTestOperation(records, place, ada, { state, claim: "key:other" });
    await addTestOperation(records, await addTestPlace(records), ada, { state });
  });

  it("has its idempotency key for itself for ever", async () => {
    await addTestOperation(records, place, ada, { state: "succeeded", idempotencyKey: "once" });
    const again = addTestOperation(records, place, ada, { idempotencyKey: "once", claim: "key:other" });
    await expect(again).rejects.toMatchObject(breaking("operations_idempotency_key"));
  });
});

describe("an event", () => {
  it("is announced with its operation and id when it commits, and not before", async () => {
    const operationId = await addTestOperation(records, place, ada);
    const listener = await database.connect();
    const heard: (EventNotice | null)[] = [];
    listener.on("notification", ({ payload }) => heard.push(parseEventNotice(payload)));
    await listener.query(`LISTEN ${EVENT_CHANNEL}`);
    const event = { operationId, at: new Date(), type: "note", data: {} };
    const [kept] = await records.transaction(async (tx) => {
      const rows = await tx.insert(operationEvents).values(event).returning();
      await listener.query("SELECT 1");
      expect(heard).toEqual([]);
      return rows;
    });
    await records
      .transaction(async (tx) => {
        await tx.insert(operationEvents).values(event);
        tx.rollback();
      })
      .catch(() => {});
    await expect
      .poll(async () => {
        await listener.query("SELECT 1");
        return heard;
      })
      .toEqual([{ operationId, eventId: kept!.id }]);
  });

  it("has a payload that is not mistaken", () => {
    expect(parseEventNotice(undefined)).toBeNull();
    expect(parseEventNotice("hello")).toBeNull();
    expect(parseEventNotice(`${newId()} 12`)).toMatchObject({ eventId: 12 });
  });
});

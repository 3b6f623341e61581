import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { sharesSessions } from "./pooler.ts";
import { fakePooler } from "./testing/fake-pooler.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe("an address", () => {
  it("of the server itself shares no session", async () => {
    expect(await sharesSessions(database.url)).toBe(false);
  });

  it("of a pool in session mode shares none either", async () => {
    const pooler = await fakePooler(database.url, "session");
    expect(await sharesSessions(pooler.url)).toBe(false);
    await pooler.close();
  });

  it("of a pool in transaction mode is found out", async () => {
    const pooler = await fakePooler(database.url, "transaction");
    expect(await sharesSessions(pooler.url)).toBe(true);
    await pooler.close();
  });
});

import type pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { recordAudit } from "./audit.ts";
import { linkAudit, verifyChain } from "./audit-chain.ts";
import { openRecords, type Records } from "./client.ts";

let database: TestDatabase;
let records: Records;
let owner: pg.Client;

beforeEach(async () => {
  database = await createTestDatabase("records");
  records = openRecords(database.url);
  owner = await database.connect();
});
afterEach(async () => {
  await records.close();
  await database.drop();
});

async function write(count: number, from = 1): Promise<void> {
  for (let number = from; number < from + count; number++) {
    await recordAudit(records, {
      actor: { personId: null, name: "worker" },
      action: "test.done",
      subject: { type: "test", id: String(number) },
      data: { number, text: "ä\u2028", nested: { b: [1.5, null], a: true } },
    });
  }
}

/** As somebody would who has the owner's access: past the triggers. */
async function tamper(sql: string): Promise<void> {
  await owner.query("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only");
  await owner.query("ALTER TABLE audit_links DISABLE TRIGGER audit_links_append_only");
  const { rowCount } = await owner.query(sql);
  expect(rowCount, "the tampering itself").toBeGreaterThan(0);
}

describe("the chain", () => {
  it("links what waits, in order, and verifies", async () => {
    await write(3);
    expect(await verifyChain(records)).toMatchObject({ findings: [], links: 0, waiting: 3, head: null });
    expect(await linkAudit(records)).toBe(3);
    expect(await linkAudit(records)).toBe(0);
    await write(2, 4);
    expect(await linkAudit(records)).toBe(2);
    const verdict = await verifyChain(records);
    expect(verdict).toMatchObject({ findings: [], links: 5, waiting: 0, head: { place: 5 } });
    const { rows } = await owner.query(
      "SELECT l.place::int, e.subject_id FROM audit_links AS l JOIN audit_entries AS e ON e.id = l.entry_id ORDER BY 1",
    );
    expect(rows).toEqual([1, 2, 3, 4, 5].map((place) => ({ place, subject_id: String(place) })));
  });

  it("goes over more than one batch", async () => {
    await owner.query(`
      INSERT INTO audit_entries (id, at, actor_name, action, subject_type, subject_id, data)
      SELECT gen_random_uuid(), now(), 'worker', 'test.done', 'test', n::text, '{}' FROM generate_series(1, 2300) AS n`);
    expect(await linkAudit(records)).toBe(2300);
    expect(await verifyChain(records)).toMatchObject({ findings: [], links: 2300, waiting: 0 });
  });

  it("has no gap and no double link however many link at once", async () => {
    await write(40);
    const counts = await Promise.all(Array.from({ length: 8 }, () => linkAudit(records)));
    expect(counts.reduce((sum, count) => sum + count)).toBe(40);
    expect(await verifyChain(records)).toMatchObject({ findings: [], links: 40, head: { place: 40 } });
  });

  it("takes up an entry of a long transaction after those that came later", async () => {
    const client = await database.connect();
    await client.query("BEGIN");
    await client.query(`
      INSERT INTO audit_entries (id, at, actor_name, action, subject_type, subject_id, data)
      VALUES ('00000000-0000-7000-8000-000000000001', now(), 'worker', 'test.done', 'test', 'long', '{}')`);
    await write(2);
    expect(await linkAudit(records)).toBe(2);
    await client.query("COMMIT");
    expect(await linkAudit(records)).toBe(1);
    expect(await verifyChain(records)).toMatchObject({ findings: [], links: 3 });
  });

  it.each([
    ["an entry's action", "UPDATE audit_entries SET action = 'other' WHERE subject_id = '3'", 3],
    ["an entry's data", `UPDATE audit_entries SET data = data || '{"number": 4}' WHERE subject_id = '2'`, 2],
    ["an entry's time", "UPDATE audit_entries SET at = at + interval '1 ms' WHERE subject_id = '4'", 4],
    ["a link's hash", "UPDATE audit_links SET hash = repeat('0', 64) WHERE place = 2", 2],
    ["a link taken out", "DELETE FROM audit_links WHERE place = 3", 3],
    [
      "two links exchanged",
      `UPDATE audit_links AS l SET hash = other.hash FROM audit_links AS other
       WHERE (l.place, other.place) IN ((2, 3), (3, 2))`,
      2,
    ],
  ])("finds the first break: %s", async (_name, sql, place) => {
    await write(5);
    await linkAudit(records);
    await tamper(sql);
    const { findings } = await verifyChain(records);
    expect(findings[0]).toMatchObject({
      code: "audit-chain-broken",
      severity: "blocks",
      where: `audit trail, link ${place}`,
    });
  });

  it("finds an entry that was cut out with its link, and one that the linker was kept from", async () => {
    await write(4);
    await linkAudit(records);
    await tamper("DELETE FROM audit_links WHERE place = 4");
    expect((await verifyChain(records)).findings).toMatchObject([
      { code: "audit-entries-unlinked", count: 1 },
    ]);
  });

  it("finds a chain whose end is gone, or which was made anew, by a head that was seen before", async () => {
    await write(4);
    await linkAudit(records);
    const seen = (await verifyChain(records)).head!;
    await write(1, 5);
    await linkAudit(records);
    expect((await verifyChain(records, seen)).findings).toEqual([]);
    expect((await verifyChain(records, { ...seen, hash: "0".repeat(64) })).findings).toMatchObject([
      { code: "audit-chain-other" },
    ]);
    await tamper("DELETE FROM audit_links WHERE place >= 3");
    await owner.query("DELETE FROM audit_entries WHERE subject_id IN ('3', '4', '5')");
    expect((await verifyChain(records)).findings).toEqual([]);
    expect((await verifyChain(records, seen)).findings).toMatchObject([{ code: "audit-chain-other" }]);
  });
});

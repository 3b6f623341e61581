import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { recordAudit } from "./audit.ts";
import { openRecords, type Records } from "./client.ts";
import { auditEntries, auditUnlinked } from "./schema/audit-entries.ts";

const WORKER = { personId: null, name: "worker" };

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

const entry = (id: string) => ({ actor: WORKER, action: "test.done", subject: { type: "test", id } });

describe("the audit trail", () => {
  it("takes an entry with the transaction that it is about, or not at all", async () => {
    await records.transaction((tx) => recordAudit(tx, entry("kept")));
    await expect(
      records.transaction(async (tx) => {
        await recordAudit(tx, entry("lost"));
        throw new Error("the change failed");
      }),
    ).rejects.toThrow("the change failed");
    const rows = await records.select().from(auditEntries);
    expect(rows.map((row) => row.subjectId)).toEqual(["kept"]);
    expect(rows[0]).toMatchObject({ actorId: null, actorName: "worker", action: "test.done", data: {} });
    expect(await records.select().from(auditUnlinked)).toEqual([{ entryId: rows[0]!.id }]);
  });

  it("keeps the order of entries within one transaction", async () => {
    await records.transaction(async (tx) => {
      for (const id of ["one", "two", "three"]) await recordAudit(tx, entry(id));
    });
    const rows = await records
      .select()
      .from(auditEntries)
      .where(sql`${auditEntries.subjectId} <> 'kept'`)
      .orderBy(auditEntries.at, auditEntries.id);
    expect(rows.map((row) => row.subjectId)).toEqual(["one", "two", "three"]);
  });

  it.each(["audit_entries", "audit_links"])("refuses to change %s, the owner too", async (table) => {
    const client = await database.connect();
    for (const change of [
      `UPDATE ${table} SET ${table === "audit_entries" ? "action" : "hash"} = 'other'`,
      `DELETE FROM ${table}`,
      `DELETE FROM ${table} WHERE false`,
      `TRUNCATE ${table} CASCADE`,
    ]) {
      await expect(client.query(change), change).rejects.toThrow(/append only/);
    }
    await client.query("SET session_replication_role = replica");
    await expect(client.query(`DELETE FROM ${table}`)).rejects.toThrow(/append only/);
    expect((await records.select().from(auditEntries)).length).toBeGreaterThan(0);
  });
});

import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, serverUrl, type TestDatabase } from "../testing/database.ts";
import { openRecords } from "./client.ts";
import { migrateRecords } from "./migrate.ts";
import { countPendingMigrations } from "./pending-migrations.ts";

const urlOf = (name: string) => {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
};

async function onServer(sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

describe("migrating the records", () => {
  it("creates the database when it is not there, and five starts at once are as good as one", async () => {
    await onServer("DROP DATABASE IF EXISTS test_records_new WITH (FORCE)");
    const url = urlOf("test_records_new");
    await Promise.all(Array.from({ length: 5 }, () => migrateRecords(url)));
    const records = openRecords(url);
    expect(await countPendingMigrations(records)).toBe(0);
    const applied = await records.pool.query("SELECT FROM drizzle.migrations");
    expect(applied.rowCount).toBeGreaterThanOrEqual(2);
    await records.close();
    await onServer("DROP DATABASE test_records_new");
  });

  it("counts what a database lacks, also where nothing was ever migrated", async () => {
    const database = await createTestDatabase("empty");
    const records = openRecords(database.url);
    expect(await countPendingMigrations(records)).toBeGreaterThanOrEqual(2);
    await migrateRecords(database.url);
    expect(await countPendingMigrations(records)).toBe(0);
    await records.close();
    await database.drop();
  });

  it("leaves no connection behind where the server refuses, and keeps the reason", async () => {
    const url = new URL(urlOf("test_no_matter"));
    url.password = "wrong";
    await expect(migrateRecords(url.href)).rejects.toMatchObject({ code: "28P01" });
  });
});

describe("a role that is not the owner", () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase("records");
    await onServer("DROP ROLE IF EXISTS test_console");
    await onServer("CREATE ROLE test_console LOGIN PASSWORD 'secret'");
    await migrateRecords(database.url, { runtimeRole: "test_console" });
    const url = new URL(database.url);
    url.username = "test_console";
    url.password = "secret";
    client = new pg.Client({ connectionString: url.href });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
    await onServer("DROP ROLE test_console");
  });

  const ENTRY = `
    INSERT INTO audit_entries (id, at, actor_name, action, subject_type, subject_id, data)
    VALUES (gen_random_uuid(), now(), 'worker', 'x.y', 't', '1', '{}')`;

  it("adds to the audit trail, and the trigger files its entry for the linker", async () => {
    await client.query(ENTRY);
    expect((await client.query("SELECT FROM audit_unlinked")).rowCount).toBe(1);
  });

  it.each([
    "UPDATE audit_entries SET actor_name = 'nobody'",
    "DELETE FROM audit_entries",
    "TRUNCATE audit_entries CASCADE",
    "UPDATE audit_links SET hash = ''",
    "DELETE FROM operation_events",
    "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_entries_append_only ON audit_entries",
    "DELETE FROM drizzle.migrations",
  ])("may not %s", async (sql) => {
    await expect(client.query(sql)).rejects.toMatchObject({ code: "42501" });
  });

  it("writes all other tables", async () => {
    const person = "INSERT INTO persons (id, email, name) VALUES (gen_random_uuid(), 'a@example.com', 'A')";
    await client.query(person);
    expect((await client.query("DELETE FROM persons")).rowCount).toBe(1);
  });
});

import type pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { ledgerAdapter, ledgerAdapters } from "./adapters.ts";
import { readLedger } from "./detect.ts";
import { ledgerFingerprint } from "./fingerprint.ts";
import type { LedgerAdapter } from "./ledger.ts";
import { sqlxAdapter } from "./sqlx.ts";

let database: TestDatabase;
let client: pg.Client;
beforeEach(async () => {
  database = await createTestDatabase("empty");
  client = await database.connect();
});
afterEach(() => database.drop());

const RECORD = `INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES
  (10, 'ten', true, '\\xAB'::bytea, 5), (9, 'nine', true, '\\x01'::bytea, 5)`;

test("a ledger is found by itself and read in the order of versions", async () => {
  await sqlxAdapter.prepare(client);
  await client.query(RECORD);
  const { ledger, findings } = await readLedger(client);
  expect(findings).toEqual([]);
  expect(ledger).toEqual({
    tool: "sqlx",
    applied: [
      { version: "9", checksum: "01", name: "nine" },
      { version: "10", checksum: "ab", name: "ten" },
    ],
    version: "10",
    fingerprint: ledgerFingerprint([
      { version: "9", checksum: "01" },
      { version: "10", checksum: "ab" },
    ]),
    failed: [],
  });
});

test("an empty ledger has no version", async () => {
  await sqlxAdapter.prepare(client);
  expect((await readLedger(client, { tool: "sqlx" })).ledger).toMatchObject({ version: null, applied: [] });
});

test("a database without a ledger warns, and blocks where the platform file names a tool", async () => {
  expect(await readLedger(client)).toMatchObject({
    ledger: null,
    findings: [{ code: "ledger-none-found", severity: "warns" }],
  });
  expect(await readLedger(client, { tool: "sqlx" })).toMatchObject({
    ledger: null,
    findings: [{ code: "ledger-missing", severity: "blocks" }],
  });
});

test("a tool that nobody knows is refused with those that are known", async () => {
  const { findings } = await readLedger(client, { tool: "skwlx" });
  expect(findings).toMatchObject([{ code: "ledger-tool-unknown", severity: "blocks" }]);
  expect(findings[0]?.todo).toContain("sqlx");
});

test("several ledgers are named and one must be chosen", async () => {
  await sqlxAdapter.prepare(client);
  const other: LedgerAdapter = { ...sqlxAdapter, tool: "other" };
  const adapters = [...ledgerAdapters, other];
  const { ledger, findings } = await readLedger(client, { adapters });
  expect(ledger).toBeNull();
  expect(findings).toMatchObject([{ code: "ledger-several-found", count: 2 }]);
  expect(findings[0]?.what).toContain("sqlx, other");
  expect((await readLedger(client, { adapters, tool: "sqlx" })).ledger?.tool).toBe("sqlx");
});

test("a migration that failed half-way blocks and is not among the applied", async () => {
  await sqlxAdapter.prepare(client);
  await client.query(RECORD.replace("'nine', true", "'nine', false"));
  const { ledger, findings } = await readLedger(client);
  expect(findings).toMatchObject([{ code: "ledger-half-applied", severity: "blocks" }]);
  expect(ledger?.applied.map((migration) => migration.version)).toEqual(["10"]);
});

test("a ledger in another schema is found whatever the search path", async () => {
  await client.query("CREATE SCHEMA app; SET search_path = app");
  await sqlxAdapter.prepare(client);
  await client.query(RECORD);
  await client.query("SET search_path = pg_catalog");
  expect((await readLedger(client)).ledger?.version).toBe("10");
});

test("a table that only has the ledger's name is none", async () => {
  await client.query("CREATE TABLE _sqlx_migrations (id int)");
  expect(await sqlxAdapter.detect(client)).toBe(false);
});

test("a ledger that the role may not read is a finding", async () => {
  await sqlxAdapter.prepare(client);
  await client.query(`CREATE ROLE blind_${database.name}; SET ROLE blind_${database.name}`);
  expect(await readLedger(client)).toMatchObject({ ledger: null, findings: [{ code: "ledger-unreadable" }] });
  await client.query(`RESET ROLE; DROP ROLE blind_${database.name}`);
});

test("an adapter is found by the name that the platform file uses", () => {
  expect(ledgerAdapter("sqlx")).toBe(sqlxAdapter);
  expect(ledgerAdapter("SQLX")).toBeNull();
});

/**
 * Holds an adapter against the tool that it stands for: the tool migrates one database, the adapter another, version
 * by version, and schema, rows and ledger must be equal each time; then the tool finds nothing left to do in the
 * adapter's database.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { expect } from "vitest";
import { createTestDatabase } from "../../testing/database.ts";
import type { LedgerAdapter } from "../ledger.ts";
import { migrate } from "../migrate.ts";
import { describeSchema } from "./describe-schema.ts";
import { SAMPLE, type SampleMigration } from "./sample-migrations.ts";

export interface Trial {
  readonly adapter: LedgerAdapter;
  /** Adds one migration to the folder, `at` counting from 0. */
  readonly write: (folder: string, migration: SampleMigration, at: number) => Promise<void>;
  /** Runs the real tool: all that is pending in the folder. */
  readonly runTool: (url: string, folder: string) => Promise<void>;
  /** The ledger's rows without times and the like, in the tool's order. */
  readonly ledgerRows: string;
}

export async function holdAgainstTool({ adapter, write, runTool, ledgerRows }: Trial): Promise<void> {
  const [whole, growing] = await Promise.all([temporaryFolder(), temporaryFolder()]);
  const [theirs, ours] = await Promise.all([createTestDatabase("empty"), createTestDatabase("empty")]);
  try {
    const [a, b] = await Promise.all([theirs.connect(), ours.connect()]);
    for (const [at, migration] of SAMPLE.entries()) await write(whole, migration, at);
    const files = await adapter.list(whole);
    expect(files).toHaveLength(SAMPLE.length);
    for (const [at, migration] of SAMPLE.entries()) {
      await write(growing, migration, at);
      await runTool(theirs.url, growing);
      const ledger = await migrate(b, adapter, whole, { upTo: files[at]!.version });
      expect(ledger.version).toBe(files[at]!.version);
      expect(await stateOf(b, ledgerRows)).toEqual(await stateOf(a, ledgerRows));
      expect(await adapter.read(a)).toEqual(await adapter.read(b));
    }
    const before = await stateOf(b, ledgerRows);
    expect(before.rows).toHaveLength(2);
    expect(before.ledger).toHaveLength(SAMPLE.length);
    await runTool(ours.url, whole);
    expect(await stateOf(b, ledgerRows)).toEqual(before);
  } finally {
    await Promise.all([theirs.drop(), ours.drop()]);
    await Promise.all([whole, growing].map((folder) => rm(folder, { recursive: true })));
  }
}

async function stateOf(client: pg.Client, ledgerRows: string) {
  return {
    schema: await describeSchema(client),
    rows: (await client.query("SELECT * FROM accounts ORDER BY id")).rows,
    ledger: (await client.query(ledgerRows)).rows,
  };
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "ledger-"));
}

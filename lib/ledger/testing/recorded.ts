/**
 * For tools that npm does not have: what they would have written was recorded by hand from their documentation and
 * sources, and they themselves have not run. The adapter brings a database to each version of the sample; the schema
 * is held against the same statements run one by one, the ledger against the recording.
 */
import { rm } from "node:fs/promises";
import { expect } from "vitest";
import { createTestDatabase } from "../../testing/database.ts";
import type { Ledger } from "../ledger.ts";
import { migrate } from "../migrate.ts";
import { type Trial, temporaryFolder } from "./against-tool.ts";
import { describeSchema } from "./describe-schema.ts";
import { SAMPLE } from "./sample-migrations.ts";

export interface Recorded extends Omit<Trial, "runTool"> {
  /** The ledger's rows after so many migrations. */
  readonly rows: (count: number) => readonly object[];
  /** Statements that create the ledger, as the tool's source has them. */
  readonly created: string;
}

/** @returns the ledger at the end */
export async function holdAgainstRecording(recorded: Recorded): Promise<Ledger> {
  const { adapter, write, ledgerRows, rows, created } = recorded;
  const folder = await temporaryFolder();
  const [plain, ours] = await Promise.all([createTestDatabase("empty"), createTestDatabase("empty")]);
  try {
    const [a, b] = await Promise.all([plain.connect(), ours.connect()]);
    for (const [at, migration] of SAMPLE.entries()) await write(folder, migration, at);
    const files = await adapter.list(folder);
    await a.query(created);
    let ledger: Ledger | null = null;
    for (const [at, { statements }] of SAMPLE.entries()) {
      for (const statement of statements) await a.query(statement);
      ledger = await migrate(b, adapter, folder, { upTo: files[at]!.version });
      expect(ledger).toMatchObject({ version: files[at]!.version, failed: [] });
      expect(ledger.applied).toHaveLength(at + 1);
      expect((await b.query(ledgerRows)).rows).toEqual(rows(at + 1));
    }
    expect(await describeSchema(b)).toEqual(await describeSchema(a));
    const accounts = "SELECT * FROM accounts ORDER BY id";
    expect((await b.query(accounts)).rows).toEqual((await a.query(accounts)).rows);
    return ledger!;
  } finally {
    await Promise.all([plain.drop(), ours.drop()]);
    await rm(folder, { recursive: true });
  }
}

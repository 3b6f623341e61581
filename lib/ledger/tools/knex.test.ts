import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import knex, { type Knex } from "knex";
import type pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { type CommandEnvironment, migrateByCommand } from "../by-command.ts";
import { temporaryFolder } from "../testing/against-tool.ts";
import { describeSchema } from "../testing/describe-schema.ts";
import { SAMPLE } from "../testing/sample-migrations.ts";
import { knexAdapter } from "./knex.ts";

let folder: string;
let databases: [TestDatabase, TestDatabase];
let ours: pg.Client;
let theirs: pg.Client;
beforeEach(async () => {
  folder = await temporaryFolder();
  databases = await Promise.all([createTestDatabase("empty"), createTestDatabase("empty")]);
  [ours, theirs] = await Promise.all([databases[0].connect(), databases[1].connect()]);
  for (const [at, { name, statements }] of SAMPLE.entries())
    await writeFile(
      join(folder, `2024010100000${at}_${name}.cjs`),
      `exports.up = async (knex) => { for (const s of ${JSON.stringify(statements)}) await knex.schema.raw(s.replaceAll("?", "\\\\?")); };\nexports.down = async () => {};`,
    );
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  for (const database of databases) await database.drop();
});

async function withKnex<T>(url: string, work: (migrator: Knex.Migrator) => Promise<T>): Promise<T> {
  const instance = knex({ client: "pg", connection: url, pool: { min: 0, max: 2 } });
  return work(instance.migrate).finally(() => instance.destroy());
}
const config = () => ({ directory: folder, loadExtensions: [".cjs"] });

const ROWS = "SELECT id, name, batch FROM knex_migrations ORDER BY id";

test("what stands in the programs' place is noted as Knex notes it, and Knex finds nothing left", async () => {
  const files = await knexAdapter.list(folder);
  await knexAdapter.prepare(ours, files);
  for (const [at, file] of files.entries()) {
    await knexAdapter.apply(ours, { ...file, code: undefined, sql: SAMPLE[at]!.statements.join(";\n") });
    await withKnex(databases[1].url, (migrator) => migrator.up(config()));
    expect((await ours.query(ROWS)).rows).toEqual((await theirs.query(ROWS)).rows);
    expect(await knexAdapter.read(ours)).toEqual(await knexAdapter.read(theirs));
  }
  expect(await describeSchema(ours)).toEqual(await describeSchema(theirs));
  const [, pending] = await withKnex(databases[0].url, (migrator) => migrator.list(config()));
  expect(pending).toEqual([]);
});

test("a command brings it to a version, and the ledger is believed", async () => {
  const files = await knexAdapter.list(folder);
  const wanted = files.slice(0, 3).map(({ version }) => version);
  const to = ({ DATABASE_URL }: CommandEnvironment, name: string) =>
    withKnex(DATABASE_URL, (migrator) =>
      (migrator as unknown as { to(config: object): Promise<void> }).to({ ...config(), name }),
    );
  const run = (environment: CommandEnvironment) => to(environment, environment.TARGET_VERSION);
  const by = { name: "migrate", run, databaseUrl: databases[0].url, wanted, files };
  const ledger = await migrateByCommand(ours, knexAdapter, by);
  expect(ledger.applied.map(({ version }) => version)).toEqual(wanted);
  const all = files.map(({ version }) => version);
  const idle = { ...by, run: async () => undefined };
  await expect(migrateByCommand(ours, knexAdapter, { ...idle, wanted: all })).rejects.toMatchObject({
    findings: [
      { code: "migration-command-short", what: expect.stringContaining(`stands at ${wanted.at(-1)}`) },
    ],
  });
  await expect(migrateByCommand(theirs, knexAdapter, idle)).rejects.toMatchObject({
    findings: [{ code: "migration-command-short", what: expect.stringContaining("no ledger of knex") }],
  });
  const further = { ...by, run: (environment: CommandEnvironment) => to(environment, all[3]!) };
  await expect(migrateByCommand(ours, knexAdapter, further)).rejects.toMatchObject({
    findings: [{ code: "migration-command-beyond", what: expect.stringContaining(all[3]!) }],
  });
});

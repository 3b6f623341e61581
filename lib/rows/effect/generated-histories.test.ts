/**
 * Platforms and histories that nobody thought of: what is said of a stretch of migrations is what a judge counts that
 * reads the same tenant before and after, where live migrations have carried it.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { migrate } from "../../ledger/migrate.ts";
import { sqlxAdapter } from "../../ledger/sqlx.ts";
import { startThrowawayServer, type ThrowawayServer } from "../../postgres/server/throwaway.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { randomCases } from "../../testing/shard.ts";
import { quietContext } from "../run-context.ts";
import { historyOf, rowsOf } from "../testing/chains/history.ts";
import { type HistoryShape, historyShape, STEP_KINDS } from "../testing/chains/shape.ts";
import { describeColumn, expectedEffect, readTenantState } from "../testing/effect-oracle.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { exportTo, parsePlatform, temporaryFolder } from "../testing/walk.ts";
import type { TableEffect } from "./effect.ts";
import { migrationEffect } from "./migration-effect.ts";

const { runs: RUNS, seed: SEED } = randomCases(2, 0.05);
/** Milliseconds. */
const LIMIT = 60_000 + RUNS * 10_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ThrowawayServer;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startThrowawayServer(30);
}, 120_000);
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

let made = 0;

/** Gives the number of rows that differ. */
async function effectAsLived(shape: HistoryShape, whole = false): Promise<number> {
  const place = join(folder.path, String(++made));
  await mkdir(place);
  const history = historyOf(shape);
  for (const { version, sql } of history) await writeFile(join(place, `${version}_step.sql`), sql);
  // The bundle's version, the one at which the state is taken, and the last: in this order, the first two perhaps one.
  const written = shape.written % (history.length - 1);
  const from = whole ? written : written + (shape.seed % (history.length - 1 - written));
  const to = whole ? history.length - 1 : from + 1 + ((shape.seed >> 4) % (history.length - 1 - from));

  const live = await createTestDatabase("empty");
  const client = await live.connect();
  await migrate(client, sqlxAdapter, place, { upTo: "1" });
  await client.query(rowsOf(shape));
  await migrate(client, sqlxAdapter, place, { upTo: history[written]!.version });
  const platform = parsePlatform(history[written]!.platform);
  const bundle = await exportTo(place, { url: live.url, platform, tenant: "t1" });
  const { key } = bundle.manifest.tenant;
  await migrate(client, sqlxAdapter, place, { upTo: history[from]!.version });
  const before = await readTenantState(client, history[from]!.spec, key);
  const residents = await readResidents(client, history[from]!.spec, key);

  const source = await fileSource(bundle.path);
  try {
    const effect = await migrationEffect(
      {
        source,
        platform: parsePlatform(history.at(-1)!.platform),
        migrations: place,
        version: history[from + 1]!.version,
        to: history[to]!.version,
        server: { url: server.url, platform: { identifiers: [], endpoints: [] } },
      },
      quietContext(),
    );
    expect(changedResidents(residents, await readResidents(client, history[from]!.spec, key))).toEqual([]);
    await migrate(client, sqlxAdapter, place, { upTo: history[to]!.version });
    const after = await readTenantState(client, history[to]!.spec, key);
    expect(effect.tables.map(comparable)).toEqual(expectedEffect(before, after));
    expect(effect.findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
    return effect.tables.reduce((sum, { added, removed, changed }) => sum + added + removed + changed, 0);
  } finally {
    await source.close();
    await live.drop();
    await rm(place, { recursive: true });
  }
}

function comparable({ table, was, is, rows, added, removed, changed, columns }: TableEffect) {
  return { table, was, is, rows, added, removed, changed, columns: columns.map(describeColumn).sort() };
}

const EVERYTHING: HistoryShape = {
  rootKey: "identity",
  tables: [
    {
      owner: 0,
      key: "identity",
      columns: ["text", "integer", "text", "numeric"],
      self: true,
      toPerson: true,
    },
    { owner: 1, key: "uuid", columns: ["timestamptz", "text", "boolean"], self: false, toPerson: false },
  ],
  steps: STEP_KINDS.flatMap((kind, at) => [
    { kind, table: 0, column: at },
    { kind, table: 1, column: at + 1 },
  ]),
  written: 0,
  seed: 7,
};

it(
  "a history with a step of every kind, from its first version to its last",
  async () => {
    expect(await effectAsLived(EVERYTHING, true)).toBeGreaterThan(8);
  },
  LIMIT,
);

it(
  "random stretches of random histories",
  async () => {
    let rows = 0;
    const property = fc.asyncProperty(historyShape, async (shape) => {
      rows += await effectAsLived(shape);
    });
    await fc.assert(property, {
      numRuns: RUNS,
      seed: SEED,
      interruptAfterTimeLimit: LIMIT,
      markInterruptAsFailure: true,
    });
    process.stdout.write(`${RUNS} random stretches passed, in which ${rows} rows differ\n`);
  },
  LIMIT + 60_000,
);

/**
 * Platforms and histories that nobody thought of: a bundle of any of their versions, upgraded, is the tenant that live
 * migrations have carried to the same version.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrate } from "../../ledger/migrate.ts";
import { sqlxAdapter } from "../../ledger/sqlx.ts";
import { startThrowawayServer, type ThrowawayServer } from "../../postgres/server/throwaway.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { randomCases } from "../../testing/shard.ts";
import { historyOf, rowsOf } from "../testing/chains/history.ts";
import { type HistoryShape, historyShape, STEP_KINDS } from "../testing/chains/shape.ts";
import { compareTenants } from "../testing/oracle.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { upgradeTo } from "../testing/upgrade.ts";
import { exportTo, importFrom, parsePlatform, temporaryFolder } from "../testing/walk.ts";

/** `npm run soak` asks for more, and for others. */
const { runs: RUNS, seed: SEED } = randomCases(3, 0.1);
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

/** Gives the number of rows that were compared. */
async function upgradeAsLived(shape: HistoryShape): Promise<number> {
  const place = join(folder.path, String(++made));
  await mkdir(place);
  const history = historyOf(shape);
  for (const { version, sql } of history) await writeFile(join(place, `${version}_step.sql`), sql);
  // The last version's bundle would need no upgrade.
  const written = history[shape.written % (history.length - 1)]!;
  const last = history.at(-1)!;

  const live = await createTestDatabase("empty");
  const client = await live.connect();
  await migrate(client, sqlxAdapter, place, { upTo: "1" });
  await client.query(rowsOf(shape));
  await migrate(client, sqlxAdapter, place, { upTo: written.version });
  const bundle = await exportTo(place, {
    url: live.url,
    platform: parsePlatform(written.platform),
    tenant: "t1",
  });
  await migrate(client, sqlxAdapter, place);

  const upgraded = await upgradeTo(place, {
    path: bundle.path,
    platform: parsePlatform(last.platform),
    migrations: place,
    server: { url: server.url, platform: { identifiers: [], endpoints: [] } },
    name: "upgraded.tar.gz",
  });
  const elsewhere = await createTestDatabase("empty");
  const other = await elsewhere.connect();
  await migrate(other, sqlxAdapter, place);
  const nobody = await readResidents(other, last.spec);
  await importFrom({
    path: upgraded.path,
    url: elsewhere.url,
    platform: parsePlatform(last.platform),
    ids: "kept",
  });
  const { key } = bundle.manifest.tenant;
  const verdict = await compareTenants(last.spec, { client, key }, { client: other, key });
  expect(verdict.differences).toEqual([]);
  const changed = changedResidents(nobody, await readResidents(other, last.spec, key));
  // Whom the tenant's rows point at, and who was not there, is made.
  expect(changed.filter((change) => !/^public\.people: 0 rows gone/.test(change))).toEqual([]);
  await live.drop();
  await elsewhere.drop();
  await rm(place, { recursive: true });
  return verdict.rows;
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
  written: 2,
  seed: 7,
};

it(
  "a history with a step of every kind",
  async () => {
    expect(await upgradeAsLived(EVERYTHING)).toBeGreaterThan(8);
  },
  LIMIT,
);

it(
  "random platforms with random histories",
  async () => {
    let rows = 0;
    const property = fc.asyncProperty(historyShape, async (shape) => {
      rows += await upgradeAsLived(shape);
    });
    await fc.assert(property, {
      numRuns: RUNS,
      seed: SEED,
      interruptAfterTimeLimit: LIMIT,
      markInterruptAsFailure: true,
    });
    process.stdout.write(`${RUNS} random histories passed, with ${rows} rows\n`);
    expect(rows).toBeGreaterThan(RUNS * 3);
  },
  LIMIT + 60_000,
);

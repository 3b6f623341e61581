import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { eq } from "drizzle-orm";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweep } from "../engine/sweeper.ts";
import { periodicWork } from "../operations/periodic.ts";
import { readWork } from "../operations/telemetry/work.ts";
import {
  ask,
  carryOut,
  createTestWorld,
  keyOfSlug,
  rowOf,
  type TestWorld,
} from "../operations/testing/world.ts";
import { linkAudit } from "../records/audit-chain.ts";
import { openRecords, type Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { operations } from "../records/schema/operations.ts";
import { uploads } from "../records/schema/uploads.ts";
import { fillYears } from "../records/testing/years.ts";
import { everyQuery, type Subject } from "./testing/every-query.ts";
import { readingsOf, recordStatements } from "./testing/recorded.ts";

const YEARS = {
  tenants: 2_000,
  operations: 4_000,
  entriesOfOperation: 5,
  bundles: 3_000,
  persons: 200,
  others: 3_000,
};

/** What is as small as the team, its platforms and their rules: read as a whole, and no page waits for it. */
const SMALL = new Set([
  "persons",
  "role_grants",
  "platforms",
  "platform_files",
  "migration_surveys",
  "databases",
  "settings",
  "signing_keys",
  "encryption_keys",
  "webhooks",
  "policy_exceptions",
  "break_glass",
]);

/**
 * Rows of a growing table that a statement may look at without an index that leads to them: one in twenty of the audit
 * trail's entries is by the people of one search, and going back in time for a page of them looks at some 1,250.
 */
const IN_VAIN = 1_500;

/** Rounds of a worker that are not gone here, and why. */
const OTHER_ROUNDS: Readonly<Record<string, string>> = {
  drills: "holds each tenant's bundles against the policy: all of them are the answer",
  health: "asks the platform, and reads one row of the records",
  migrations: "asks the platform, and replaces one row of the records and the texts of its files",
  census: "holds every tenant of a database against the platform: all of them are the answer",
  "bundle-files": "holds every bundle against its file: all of them are the answer",
};

let world: TestWorld;
let records: Records;
let client: pg.Client;
let recorder: ReturnType<typeof recordStatements>;
let subject: Subject;

beforeAll(async () => {
  world = await createTestWorld();
  const exported = await carryOut(world, {
    kind: "export",
    input: { tenantKey: await keyOfSlug(world.euClient, "saltmarsh") },
  });
  const reviewId = await ask(world, {
    kind: "suspend",
    input: { tenantKey: await keyOfSlug(world.euClient, "saltmarsh") },
  });
  const [bundle] = await world.console.records.select().from(bundles);
  const actor = await world.actor("admin");
  await fillYears(world.console.records, YEARS, {
    platformId: world.platformId,
    databaseIds: [world.euId, world.usId],
    exportId: exported.id,
    reviewId,
    bundleId: bundle!.id,
    personId: actor.personId,
    webhookSecret: Buffer.from("sealed"),
  });
  records = openRecords(world.env.TENANTRY_RECORDS_URL!, { connections: 4 });
  recorder = recordStatements(records);
  client = await records.pool.connect();
  const console = { ...world.console, records, engine: { ...world.console.engine, records } };
  const [operation] = await records.select().from(operations).where(eq(operations.tenantKey, "100777"));
  const [upload] = await records.select().from(uploads).limit(1);
  subject = {
    console,
    actor,
    platform: "harbor",
    platformId: world.platformId,
    databaseId: operation!.databaseId,
    tenantKey: "100777",
    operation: operation!,
    inReview: await rowOf(world, reviewId),
    bundleId: bundle!.id,
    uploadId: upload!.id,
    comparisonId: newId(),
  };
}, 120_000);

afterAll(async () => {
  (client as pg.PoolClient | undefined)?.release();
  await records?.close();
  await world?.close();
});

/** Statements that have been looked at, with the growing tables of which each reads too much. */
const known = new Map<string, readonly string[]>();

async function wasteOf(work: () => PromiseLike<unknown>): Promise<string[]> {
  const waste: string[] = [];
  for (const statement of await recorder.during(async () => work())) {
    if (!/^\s*(select|with|update|delete)\b/i.test(statement.text)) continue;
    if (!known.has(statement.text)) {
      const readings = (await readingsOf(client, statement)).filter(
        ({ table, inVain }) => !SMALL.has(table) && inVain > IN_VAIN,
      );
      known.set(
        statement.text,
        readings.map(({ table, inVain }) => `${table}: ${inVain} rows for ${statement.text}`),
      );
    }
    waste.push(...known.get(statement.text)!);
  }
  return waste;
}

describe("the read side", () => {
  it("is called here with every query function that there is", () => {
    expect(Object.keys(everyQuery(subject)).sort()).toEqual(queryFunctions().sort());
  });

  it.for(queryFunctions())("%s comes to its rows by an index", async (name) => {
    const waste: string[] = [];
    for (const call of everyQuery(subject)[name] ?? []) waste.push(...(await wasteOf(call)));
    expect(waste).toEqual([]);
  });
});

describe("what the worker does beside runs", () => {
  it("comes to its rows by an index", async () => {
    const rounds = periodicWork(subject.console).filter(({ name }) => !(name in OTHER_ROUNDS));
    expect(rounds.map(({ name }) => name)).toEqual([
      "uploads",
      "downloads",
      "bundles-to-verify",
      "comparisons",
      "replays",
      "effects",
      "webhooks",
    ]);
    const { signal } = new AbortController();
    for (const { run } of rounds) expect(await wasteOf(async () => run(signal))).toEqual([]);
    const { console } = subject;
    expect(await wasteOf(() => sweep(console.engine))).toEqual([]);
    expect(await wasteOf(() => linkAudit(records))).toEqual([]);
    expect(await wasteOf(() => readWork(records))).toEqual([]);
  });
});

/** Exported functions that are handed the records, or a console that has them. */
function queryFunctions(): string[] {
  return globSync("*.ts", { cwd: import.meta.dirname })
    .filter((file) => !basename(file).endsWith(".test.ts"))
    .flatMap((file) => {
      const source = readFileSync(join(import.meta.dirname, file), "utf8");
      return [...source.matchAll(/^export (?:async )?function\*? (\w+)(?:<\w+>)?\(([^)]*)/gm)]
        .filter(([, , given]) => /^\s*(?:\{[^}]*\}|\w+):\s*(?:\w*Source|Console|Pick<Console)/.test(given!))
        .map(([, name]) => name!);
    });
}

/**
 * The console after years of use, built and started as in production: each page's server time, and an event that 200
 * open pages wait for.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { desc, eq } from "drizzle-orm";
import { buildConsole } from "../../bin/start/build.ts";
import { TESTS_BUILD } from "../../bin/testing/processes.ts";
import { links } from "../../components/links.ts";
import { type OpenWorld, openWorld } from "../../e2e/fixtures/open-world.ts";
import { ask } from "../../e2e/fixtures/operations.ts";
import { newPerson, sessionCookie } from "../../e2e/fixtures/people.ts";
import { type Console, openConsole } from "../../lib/operations/console.ts";
import { verifyChain } from "../../lib/records/audit-chain.ts";
import { auditEntries } from "../../lib/records/schema/audit-entries.ts";
import { bundles } from "../../lib/records/schema/bundles.ts";
import { operations } from "../../lib/records/schema/operations.ts";
import { tenants } from "../../lib/records/schema/tenants.ts";
import { fillYears } from "../../lib/records/testing/years.ts";
import { type Ground, RESULTS } from "../ground/server.ts";
import { consolePages, type Middle, type Places, timePage } from "../measure/pages.ts";
import { median, timed } from "../measure/rounds.ts";
import { openPages } from "../measure/streams.ts";
import { table, type Verdict } from "../report.ts";

const YEARS = {
  tenants: 10_000,
  operations: 100_000,
  entriesOfOperation: 10,
  bundles: 20_000,
  persons: 200,
  others: 5_000,
} as const;
const ENTRIES = YEARS.operations * YEARS.entriesOfOperation;

const REQUESTS = 15;
const WANTED_MS = 150;
const OPEN_PAGES = 200;
const EVENTS = 15;
/** What a person does not notice. */
const HEARD_MS = 1_000;

export async function consoleSuite(ground: Ground, say: (sentence: string) => void): Promise<Verdict[]> {
  mkdirSync(RESULTS, { recursive: true });
  process.env.TENANTRY_DIST = TESTS_BUILD;
  await buildConsole(join(RESULTS, "build.log"), say);
  const opened = await openWorld({
    name: "bench",
    serverUrl: ground.url,
    folder: ground.files,
    logs: RESULTS,
    scale: 0.02,
  });
  try {
    const library = await openConsole(opened.world.env as NodeJS.ProcessEnv);
    try {
      return await measure(opened, library, say);
    } finally {
      await library.close();
    }
  } finally {
    await opened.close();
  }
}

async function measure(
  { world, webProcess }: OpenWorld,
  library: Console,
  say: (sentence: string) => void,
): Promise<Verdict[]> {
  const { records } = library;
  const [bundle] = await records.select().from(bundles).where(eq(bundles.id, world.bundleId));
  const [real] = await records.select().from(tenants).where(eq(tenants.slug, "saltmarsh"));
  const admin = await newPerson(records, "admin");
  const asked = { kind: "suspend", input: { tenantKey: real!.key } };
  const reviewId = await ask({ library, world }, await newPerson(records, "operator"), asked);
  const filled = await timed(() =>
    fillYears(records, YEARS, {
      platformId: world.platformId,
      databaseIds: [world.eu.id, world.us.id],
      exportId: bundle!.operationId!,
      reviewId,
      bundleId: world.bundleId,
      personId: admin.actor.personId,
      webhookSecret: Buffer.from("sealed"),
    }),
  );
  say(`${ENTRIES} audit entries and all else were written in ${filled.toFixed(0)} s`);
  let verdict: Awaited<ReturnType<typeof verifyChain>> | undefined;
  const verified = await timed(async () => {
    verdict = await verifyChain(records);
  });
  if (verdict === undefined || verdict.findings.length > 0 || verdict.links < ENTRIES)
    throw new Error(`the chain does not hold: ${JSON.stringify(verdict)}`);
  say(`its chain of ${verdict.links} links holds; looking took ${verified.toFixed(0)} s`);

  const { name, value } = await sessionCookie(world, admin);
  const cookie = `${name}=${value}`;
  const verdicts: Verdict[] = [];
  const at = await places(library, world.bundleId, real!.key, reviewId);
  const wrong: string[] = [];
  for (const page of consolePages(at, await middle(library))) {
    const timed = await timePage(world.address, cookie, page, REQUESTS);
    if (typeof timed === "string") wrong.push(timed);
    else verdicts.push(pageVerdict(page.name, timed));
  }
  if (wrong.length > 0) throw new Error(`${table(verdicts)}\n${wrong.join("\n")}`);
  const url = world.address + links.operationEvents(reviewId);
  return [...verdicts, ...(await streams(library, url, cookie, reviewId, webProcess))];
}

async function places(
  { records }: Console,
  bundle: string,
  realTenant: string,
  inReview: string,
): Promise<Places> {
  const [succeeded] = await records
    .select({ id: operations.id })
    .from(operations)
    .where(eq(operations.tenantSlug, "tenant-00777"))
    .orderBy(desc(operations.createdAt))
    .limit(1);
  return {
    platform: "harbor",
    database: "eu-1",
    tenant: "100777",
    realTenant,
    succeeded: succeeded!.id,
    inReview,
    bundle,
  };
}

async function middle({ records }: Console): Promise<Middle> {
  const [entry] = await records
    .select({ at: auditEntries.at, id: auditEntries.id })
    .from(auditEntries)
    .orderBy(desc(auditEntries.at), desc(auditEntries.id))
    .offset(ENTRIES / 2)
    .limit(1);
  return entry!;
}

function pageVerdict(what: string, seconds: readonly number[]): Verdict {
  const milliseconds = seconds.map((each) => each * 1000);
  const [middlemost, slowest] = [median(milliseconds), Math.max(...milliseconds)];
  return {
    what,
    size: ENTRIES,
    ours: `${middlemost.toFixed(0)} ms (at most ${slowest.toFixed(0)})`,
    peer: `${WANTED_MS} ms`,
    ratio: middlemost / WANTED_MS,
    wanted: `≤ ${WANTED_MS} ms`,
    ok: middlemost <= WANTED_MS,
    rounds: { ours: seconds, peer: [WANTED_MS / 1000] },
  };
}

async function streams(
  { records }: Console,
  url: string,
  cookie: string,
  operationId: string,
  webProcess: number,
): Promise<Verdict[]> {
  const before = residentBytes(webProcess);
  const pages = await openPages(url, cookie, OPEN_PAGES);
  const medians: number[] = [];
  const last: number[] = [];
  try {
    for (let event = 0; event < EVENTS; event++) {
      // Apart, as events of a run are.
      await sleep(300);
      const since = performance.now();
      const { rows } = await records.pool.query<{ id: string }>(
        `INSERT INTO operation_events (operation_id, at, type, data)
         VALUES ($1, clock_timestamp(), 'note', '{"what": "measured"}') RETURNING id`,
        [operationId],
      );
      const heard = await pages.heard(Number(rows[0]!.id), since);
      medians.push(median(heard));
      last.push(Math.max(...heard));
    }
    const after = residentBytes(webProcess);
    return [
      heardVerdict(`an event, ${OPEN_PAGES} open pages, half of them`, medians),
      heardVerdict(`an event, ${OPEN_PAGES} open pages, all of them`, last),
      {
        what: `web process with ${OPEN_PAGES} open pages`,
        size: OPEN_PAGES,
        ours: megabytes(after),
        peer: `${megabytes(before)} before`,
        ratio: after / before,
        wanted: "≤ 100 MB more",
        ok: after - before <= 100e6,
        rounds: { ours: [after], peer: [before] },
      },
    ];
  } finally {
    await pages.close();
  }
}

function heardVerdict(what: string, milliseconds: readonly number[]): Verdict {
  const ratio = median(milliseconds) / HEARD_MS;
  return {
    what,
    size: OPEN_PAGES,
    ours: `${median(milliseconds).toFixed(0)} ms (at most ${Math.max(...milliseconds).toFixed(0)})`,
    peer: `${HEARD_MS} ms`,
    ratio,
    wanted: `≤ ${HEARD_MS} ms`,
    ok: ratio <= 1,
    rounds: { ours: milliseconds.map((each) => each / 1000), peer: [HEARD_MS / 1000] },
  };
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/** ps(1) counts in units of 1024 bytes. */
function residentBytes(processId: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(processId)], { encoding: "utf8" })) * 1024;
}

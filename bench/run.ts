/**
 * `npm run bench`: Tenantry's export and import, each against a peer in the same run, how long a wide schema takes to
 * be read, and the console after years of use, on a throwaway server. Prints a table and writes
 * var/bench/result.json. Exit codes: 0 measured (a ratio that is missed says so in the table), 2 could not measure.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { Refusal } from "../lib/findings/finding.ts";
import { dropPair, NEIGHBOUR_ROWS, setUpPair } from "./ground/databases.ts";
import { ownedTables } from "./ground/platform.ts";
import { type Ground, openGround, RESULTS, SERVER_SETTINGS } from "./ground/server.ts";
import { type BenchOptions, readOptions, USAGE } from "./options.ts";
import { flatMemory, table, type Verdict } from "./report.ts";
import { bundleSuite } from "./suites/bundle.ts";
import { catalogSuite } from "./suites/catalog.ts";
import { consoleSuite } from "./suites/console.ts";
import { deleteSuite } from "./suites/delete.ts";
import { exportSuite } from "./suites/export.ts";
import { importSuite } from "./suites/import.ts";
import type { SuiteContext } from "./suites/suite.ts";
import { upgradeSuite } from "./suites/upgrade.ts";
import { missingTools, toolVersions } from "./tools.ts";

const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);

const SUITES = { export: exportSuite, import: importSuite, bundle: bundleSuite, delete: deleteSuite };

function machine(ground: Ground): Record<string, unknown> {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? "unknown",
    memory: totalmem(),
    node: process.version,
    postgres: ground.version,
    peers: toolVersions(),
    settings: SERVER_SETTINGS,
  };
}

async function measure(ground: Ground, options: BenchOptions): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  if (options.only === null || options.only === "catalog") {
    say("a wide schema …");
    verdicts.push(...(await catalogSuite(ground)));
    say(table(verdicts));
  }
  if (options.only === null || options.only === "console") {
    say("the console …");
    verdicts.push(...(await consoleSuite(ground, say)));
    say(table(verdicts));
  }
  if (options.only === null || options.only === "upgrade")
    for (const size of options.upgrades) {
      say(`${size} rows: upgrade …`);
      verdicts.push(...(await upgradeSuite({ ground, size, rounds: options.rounds(size), say })));
      say(table(verdicts));
    }
  if (options.only === "catalog" || options.only === "console" || options.only === "upgrade") return verdicts;
  const memory = new Map<string, Map<number, readonly number[]>>();
  for (const size of options.sizes) {
    say(`${size} rows: setting up (its neighbours have ${NEIGHBOUR_ROWS} times as many) …`);
    const pair = await setUpPair(ground.url, size);
    const owned = await ownedTables(pair.source);
    const context: SuiteContext = {
      ground,
      pair,
      owned,
      size,
      rounds: options.rounds(size),
      insert: options.insert,
      say,
    };
    for (const [name, suite] of Object.entries(SUITES)) {
      if (options.only !== null && options.only !== name) continue;
      say(`${size} rows: ${name} …`);
      const result = await suite(context);
      verdicts.push(...result.verdicts);
      for (const [what, peaks] of result.memory)
        memory.set(what, (memory.get(what) ?? new Map()).set(size, peaks));
      say(table(result.verdicts));
    }
    await dropPair(ground.url, pair);
  }
  return [...verdicts, ...[...memory].flatMap(([what, peaks]) => flatMemory(what, peaks))];
}

/** Rows that the disk must have room for; the console's records take what a tenant of so many would. */
function largestOf({ only, sizes, upgrades }: BenchOptions): number {
  if (only === "catalog") return 0;
  if (only === "upgrade") return Math.max(...upgrades);
  return only === "console" ? CONSOLE_ROWS : Math.max(...sizes);
}

const CONSOLE_ROWS = 500_000;

async function main(): Promise<number> {
  let options: BenchOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    say(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  const missing = missingTools();
  if (missing !== null) {
    say(missing);
    return 2;
  }
  try {
    const ground = await openGround(largestOf(options), options.postgres);
    try {
      const verdicts = await measure(ground, options);
      const result = { at: new Date().toISOString(), machine: machine(ground), verdicts };
      writeFileSync(join(RESULTS, "result.json"), `${JSON.stringify(result, null, 2)}\n`);
      process.stdout.write(`${table(verdicts)}\n`);
      return 0;
    } finally {
      await ground.close();
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const { where, what, todo } of error.findings) say(`${where}: ${what} ${todo ?? ""}`);
    return 2;
  }
}

process.exitCode = await main();

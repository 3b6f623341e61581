/**
 * What a migration does to one tenant's rows: on a throwaway server the platform's migrations run up to the version
 * before it, over a bundle's rows; the state is copied, the migration runs, and the two states are held against each
 * other. No database of the platform is asked or written, and nothing is left of the server.
 */
import type { Manifest } from "../../bundle/manifest.ts";
import { readCatalog } from "../../catalog/read.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import type { LedgerAdapter, MigrationFile } from "../../ledger/ledger.ts";
import type { DrillServer } from "../drill/drill-server.ts";
import { readManifest } from "../import/plan-import.ts";
import type { RunContext } from "../run-context.ts";
import { findTenant } from "../tenant.ts";
import { type Chain, upgradeChain } from "../upgrade/chain.ts";
import { unknownChoices } from "../upgrade/choices.ts";
import { candidateFiles, type LoadRequest, loadBundle, modelThen } from "../upgrade/load.ts";
import { openMigrating, openReading, upgradePlace } from "../upgrade/place.ts";
import { type ReplayedMigration, replay } from "../upgrade/replay.ts";
import type { UpgradeRequest } from "../upgrade/request.ts";
import { toolOf } from "../upgrade/upgrade-bundle.ts";
import type { Effect, EffectStep, TableEffect } from "./effect.ts";
import { type ConstraintError, failingRows } from "./failing-rows.ts";
import { type LoadedModel, type ModelAt, modelAt } from "./model-at.ts";
import { nameOf, type PairedTable, pairTables } from "./pair-tables.ts";
import { type StateSide, tableEffect } from "./table-effect.ts";

export interface EffectRequest
  extends LoadRequest,
    Pick<UpgradeRequest, "migrations" | "choices" | "roles" | "server"> {
  /** The migration whose effect it is, or the first of several. */
  readonly version: string;
  /** The last of them; the first one alone when left out. */
  readonly to?: string;
}

/**
 * @throws Refusal with what keeps it from being said: a bundle that has run the migration already, files that are not
 *   those that it has run, rows that a migration refuses (`rows-in-the-way` says which). Servers are gone in any case,
 *   also when this process dies.
 */
export async function migrationEffect(request: EffectRequest, context: RunContext): Promise<Effect> {
  const from = await readManifest(request.source);
  const tool = toolOf(from, request);
  const files = await tool.list(request.migrations);
  const stretch = stretchOf(request, from, tool, files);
  const unknown = unknownChoices(request.choices ?? new Map(), files);
  if (unknown.length > 0) throw new Refusal(unknown);
  const place = upgradePlace(request, from, context.signal);
  const watch = stopwatch();
  const server = await context.sideEffect("start throwaway server", () => place.open());
  try {
    watch.lap("server");
    const effect = await effectOn({ request, from, tool, files, stretch, server, watch }, context);
    return { ...effect, findings: [...stretch.findings, ...place.findings, ...effect.findings] };
  } finally {
    await context.sideEffect("stop throwaway server", () => server.close());
  }
}

/** The chain of migrations, cut where the state is taken. */
interface Stretch {
  /** Those that the bundle has behind it. */
  readonly behind: readonly MigrationFile[];
  /** Those between it and the state. */
  readonly passed: readonly MigrationFile[];
  readonly run: readonly MigrationFile[];
  readonly findings: readonly Finding[];
}

interface Plan {
  readonly request: EffectRequest;
  readonly from: Manifest;
  readonly tool: LedgerAdapter;
  readonly files: readonly MigrationFile[];
  readonly stretch: Stretch;
  readonly server: DrillServer;
  readonly watch: ReturnType<typeof stopwatch>;
}

async function effectOn(plan: Plan, context: RunContext): Promise<Effect> {
  const { request, from, stretch, server, watch } = plan;
  await migrateOver(plan, stretch.behind, context);
  watch.lap("before");
  const loaded = await load(plan, context);
  const passed = await migrateOver(plan, stretch.passed, context);
  watch.lap("load");
  const copy = await context.sideEffect("copy the state", () => server.copy());
  watch.lap("copy");
  const before = await openReading(copy, context);
  try {
    const files = candidateFiles(request);
    const was = modelAt(await readCatalog(before), request.platform, files, loaded.model);
    const migrations = await migrateOver(plan, stretch.run, context).catch((error: unknown) =>
      refuseWithRows(error, plan, was, context),
    );
    watch.lap("migrations");
    const after = await openReading(server.url, context);
    try {
      await after.query("ANALYZE");
      const now = modelAt(await readCatalog(after), request.platform, files, loaded.model);
      const { key } = from.tenant;
      const sides = [
        { client: before, at: was, tenant: key },
        { client: after, at: now, tenant: key },
      ] as const;
      for (const side of sides) await tenantIsThere(side);
      const pairs = pairTables(was, now);
      const tables = await effectsOf(pairs, sides, context);
      watch.lap("compare");
      return {
        before: (passed.at(-1) ?? stretch.behind.at(-1))?.version ?? null,
        passed,
        migrations,
        postgres: now.catalog.server.version,
        tables,
        findings: [...loaded.findings, ...unclear(was, now), ...pairFindings(pairs, now)],
        seconds: watch.seconds(),
      };
    } finally {
      await after.end();
    }
  } finally {
    await before.end();
  }
}

/** @throws Refusal `effect-in-bundle`, `effect-range-empty`, and what an upgrade's chain refuses */
function stretchOf(
  { version, to = version, migrations }: EffectRequest,
  from: Manifest,
  tool: LedgerAdapter,
  files: readonly MigrationFile[],
): Stretch {
  let chain: Chain;
  try {
    chain = upgradeChain(from, tool, files, migrations, to);
  } catch (error) {
    const isBehind = error instanceof Refusal && error.findings.some(({ code }) => BEHIND.has(code));
    throw isBehind ? new Refusal(inBundle(version, from)) : error;
  }
  const at = chain.after.findIndex((file) => file.version === version);
  if (at === -1) {
    const known = files.findIndex((file) => file.version === version);
    const isBehind = chain.before.some((file) => file.version === version);
    if (isBehind) throw new Refusal(inBundle(version, from));
    throw new Refusal(known === -1 ? noSuch(version, migrations) : rangeEmpty(version, to));
  }
  return {
    behind: chain.before,
    passed: chain.after.slice(0, at),
    run: chain.after.slice(at),
    findings: chain.findings,
  };
}

/** What the chain says where a bundle is there already, or beyond. */
const BEHIND = new Set(["upgrade-not-needed", "upgrade-backwards"]);

interface Loaded {
  readonly model: LoadedModel;
  readonly findings: readonly Finding[];
}

async function load({ request, from, server }: Plan, context: RunContext): Promise<Loaded> {
  const reader = await openReading(server.url, context);
  try {
    const catalog = await readCatalog(reader);
    const { file, model } = modelThen(catalog, from, candidateFiles(request));
    const { findings } = await loadBundle(reader, server.url, from, request, context);
    return { model: { file, model, catalog }, findings };
  } finally {
    // Nobody may be in the database when it is copied.
    await reader.end();
  }
}

/** With a session of its own for each stretch: what a migration sets for its session ends with it. */
async function migrateOver(
  { request, tool, files: all, server: { url } }: Plan,
  files: readonly MigrationFile[],
  context: RunContext,
): Promise<ReplayedMigration[]> {
  const client = await openMigrating(url, context);
  try {
    await tool.prepare(client, all);
    const choices = request.choices ?? new Map();
    return await replay({ client, url, adapter: tool, choices, over: "rows" }, files, context);
  } finally {
    await client.end();
  }
}

/** @throws always: the refusal, and beside it which rows it was */
async function refuseWithRows(
  error: unknown,
  { stretch, server }: Plan,
  was: ModelAt,
  context: RunContext,
): Promise<never> {
  if (!(error instanceof Refusal)) throw error;
  const client = await openReading(server.url, context);
  try {
    const rows = await failingRows(client, (error.cause ?? {}) as ConstraintError, stretch.run, was);
    throw rows.length === 0 ? error : new Refusal([...error.findings, ...rows], { cause: error.cause });
  } finally {
    await client.end();
  }
}

/** @throws Refusal `tenant-key-changed` */
async function tenantIsThere({ client, at, tenant }: StateSide): Promise<void> {
  const found = await findTenant(client, at.model, tenant);
  if (!("code" in found) && found.key === tenant) return;
  throw new Refusal({
    code: "tenant-key-changed",
    severity: "blocks",
    where: at.model.tenant.table ?? at.model.tenant.key,
    what: "The migration gives the tenant another key, or removes it: whose its rows are afterwards cannot be told.",
    todo: "Look at the migration's statements; a copy of a database shows what becomes of all tenants.",
  });
}

async function effectsOf(
  pairs: readonly PairedTable[],
  sides: readonly [StateSide, StateSide],
  context: RunContext,
): Promise<TableEffect[]> {
  const tables: TableEffect[] = [];
  let rows = 0;
  for (const pair of pairs) {
    context.signal.throwIfAborted();
    context.progress({ phase: "comparing", table: nameOf(pair), rows, bytes: 0, totalRows: null });
    const effect = await tableEffect(pair, sides, context.signal);
    rows += Math.max(...effect.rows);
    tables.push(effect);
  }
  return tables;
}

function unclear(was: ModelAt, now: ModelAt): Finding[] {
  const findings = [...was.findings, ...now.findings];
  return findings.filter(({ where }, at) => findings.findIndex((each) => each.where === where) === at);
}

function pairFindings(pairs: readonly PairedTable[], now: ModelAt): Finding[] {
  return pairs.flatMap((pair): Finding[] => {
    const { before, after, matching } = pair;
    const where = nameOf(pair);
    if (before !== null && after !== null && matching.by === "none")
      return [
        {
          code: "effect-key-changed",
          severity: "warns",
          where,
          what: `Its key was ${keyWords(before.model.key)} and is ${keyWords(after.model.key)}, or holds another type: which row has become which cannot be told, so rows are only counted.`,
        },
      ];
    const still =
      before !== null &&
      after === null &&
      [...now.catalog.tables.values()].find(({ oid }) => oid === before.table.oid);
    if (!still) return [];
    return [
      {
        code: "effect-table-changed-hands",
        severity: "warns",
        where,
        what: `${still.id} is there afterwards, and by the platform file its rows are no tenant's any more.`,
      },
    ];
  });
}

const keyWords = (key: readonly string[] | null) => (key === null ? "none" : `(${key.join(", ")})`);

function inBundle(version: string, { schema }: Manifest): Finding {
  return {
    code: "effect-in-bundle",
    severity: "blocks",
    where: version,
    what: `The bundle is of version ${schema.version ?? "unknown"} and has run migration ${version} already: its rows are what came of it.`,
    todo: "Choose a bundle of an earlier version.",
  };
}

function noSuch(version: string, where: string): Finding {
  return {
    code: "migration-version-unknown",
    severity: "blocks",
    where,
    what: `No migration of the folder has the version ${version}.`,
    todo: "Write the version as the ledger writes it.",
  };
}

function rangeEmpty(version: string, to: string): Finding {
  return {
    code: "effect-range-empty",
    severity: "blocks",
    where: to,
    what: `Migration ${to} comes before ${version} in the folder.`,
    todo: "Name the first and then the last of them.",
  };
}

function stopwatch() {
  const seconds: Record<EffectStep, number> = {
    server: 0,
    before: 0,
    load: 0,
    copy: 0,
    migrations: 0,
    compare: 0,
  };
  let last = performance.now();
  return {
    lap(step: EffectStep): void {
      const now = performance.now();
      seconds[step] = (now - last) / 1000;
      last = now;
    },
    seconds: () => seconds,
  };
}

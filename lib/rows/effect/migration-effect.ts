/**
 * What a migration does to one tenant's rows: on a throwaway server the platform's migrations run up to the version
 * before it, over a bundle's rows; the state is copied, the migration runs, and the two states are held against each
 * other. No database of the platform is asked or written, and nothing is left of the server.
 */
import type { Manifest } from "../../bundle/manifest.ts";
import { readCatalog } from "../../catalog/read.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import type { ChainTool, MigrationFile } from "../../ledger/ledger.ts";
import type { DrillServer } from "../drill/drill-server.ts";
import { onDrillServer } from "../drill/on-drill-server.ts";
import { readManifest } from "../import/outline.ts";
import type { RunContext } from "../run-context.ts";
import { createStopwatch, type Stopwatch } from "../stopwatch.ts";
import { findTenant } from "../tenant.ts";
import { unknownChoices } from "../upgrade/choices.ts";
import { candidateFiles, type LoadRequest, loadBundle, modelThen } from "../upgrade/load.ts";
import { openMigrating, openReading, upgradePlace } from "../upgrade/place.ts";
import { type ReplayedMigration, replay } from "../upgrade/replay.ts";
import type { UpgradeRequest } from "../upgrade/request.ts";
import { chainToolOf, unrunnable } from "../upgrade/tool.ts";
import { EFFECT_STEPS, type Effect, type EffectStep, type TableEffect } from "./effect.ts";
import { type ConstraintError, failingRows } from "./failing-rows.ts";
import { type LoadedModel, type ModelAt, modelAt } from "./model-at.ts";
import { pairFindings, unclear } from "./pair-findings.ts";
import { nameOf, type PairedTable, pairTables } from "./pair-tables.ts";
import { type Stretch, stretchOf } from "./stretch.ts";
import { type StateSide, tableEffect } from "./table-effect.ts";

export interface EffectRequest
  extends LoadRequest,
    Pick<UpgradeRequest, "migrations" | "choices" | "command" | "roles" | "server"> {
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
  const tool = chainToolOf(from, request);
  const files = await tool.list(request.migrations);
  const stretch = stretchOf(request, from, tool, files);
  const choices = request.choices ?? new Map();
  const chain = [...stretch.behind, ...stretch.passed, ...stretch.run];
  const undoable = [...unknownChoices(choices, files), ...unrunnable(tool, chain, choices, request.command)];
  if (undoable.length > 0) throw new Refusal(undoable);
  const place = upgradePlace(request, from, context.signal);
  const watch = createStopwatch(EFFECT_STEPS);
  const work = async (server: DrillServer) => {
    watch.lap("server");
    const effect = await effectOn({ request, from, tool, files, stretch, server, watch }, context);
    return { ...effect, findings: [...stretch.findings, ...place.findings, ...effect.findings] };
  };
  return onDrillServer(place.open, work, context);
}

interface Plan {
  readonly request: EffectRequest;
  readonly from: Manifest;
  readonly tool: ChainTool;
  readonly files: readonly MigrationFile[];
  readonly stretch: Stretch;
  readonly server: DrillServer;
  readonly watch: Stopwatch<EffectStep>;
}

async function effectOn(plan: Plan, context: RunContext): Promise<Effect> {
  const { request, from, stretch, server, watch } = plan;
  await migrateOver(plan, [], stretch.behind, context);
  watch.lap("before");
  const loaded = await load(plan, context);
  const passed = await migrateOver(plan, stretch.behind, stretch.passed, context);
  watch.lap("load");
  const copy = await context.sideEffect("copy the state", () => server.copy());
  watch.lap("copy");
  const before = await openReading(copy, context);
  try {
    const files = candidateFiles(request);
    const was = modelAt(await readCatalog(before), request.platform, files, loaded.model);
    const migrations = await migrateOver(
      plan,
      [...stretch.behind, ...stretch.passed],
      stretch.run,
      context,
    ).catch((error: unknown) => refuseWithRows(error, plan, was, context));
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
  { request, tool, files: all, stretch, server: { url } }: Plan,
  behind: readonly MigrationFile[],
  files: readonly MigrationFile[],
  context: RunContext,
): Promise<ReplayedMigration[]> {
  const client = await openMigrating(url, context);
  try {
    await tool.prepare?.(client, all);
    const { command, choices = new Map() } = request;
    const chain = {
      files: all,
      behind: behind.map(({ version }) => version),
      elsewhere: stretch.elsewhere,
    };
    return await replay({ client, url, tool, choices, command, chain, over: "rows" }, files, context);
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

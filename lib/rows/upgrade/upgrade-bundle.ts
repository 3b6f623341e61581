/**
 * Upgrades a bundle by replay: on a throwaway server the platform's own migrations run up to the bundle's version, its
 * rows are loaded as strictly as anywhere, the migrations that came since run over them, and the tenant is exported
 * again. No row is made to fit, and no database of the platform is asked or written.
 */
import type { Manifest, Upgrade } from "../../bundle/manifest.ts";
import { readCatalog } from "../../catalog/read.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { isForCommand } from "../../ledger/by-command.ts";
import type { ChainTool, Ledger, MigrationFile } from "../../ledger/ledger.ts";
import type { DrillServer } from "../drill/drill-server.ts";
import { onDrillServer } from "../drill/on-drill-server.ts";
import { type ExportResult, exportTenant } from "../export/export-tenant.ts";
import { readManifest } from "../import/outline.ts";
import type { RunContext } from "../run-context.ts";
import { createStopwatch, type Stopwatch } from "../stopwatch.ts";
import { type Chain, upgradeChain } from "./chain.ts";
import { unknownChoices } from "./choices.ts";
import { databaseDifferences, type MadeSchema, readMadeSchema, schemaDifferences } from "./expected.ts";
import { loadBundle } from "./load.ts";
import { openMigrating, openReading, type UpgradePlace, upgradePlace } from "./place.ts";
import { type Replay, type ReplayedMigration, replay } from "./replay.ts";
import type { UpgradeRequest } from "./request.ts";
import { secretsGone } from "./secrets-gone.ts";
import { chainToolOf, unrunnable } from "./tool.ts";

export interface UpgradeResult extends ExportResult {
  /** Of the bundle that was upgraded. */
  readonly from: Manifest;
  readonly migrations: readonly ReplayedMigration[];
  /** Rows of the tenant that were loaded. */
  readonly loadedRows: number;
  /** Seconds. `expected`: until it was known what the schema has to be, beyond all else. */
  readonly seconds: Readonly<Record<UpgradeStep, number>>;
}

export const UPGRADE_STEPS = ["server", "before", "load", "after", "expected", "export"] as const;
export type UpgradeStep = (typeof UPGRADE_STEPS)[number];

/**
 * @throws Refusal with what keeps the bundle from being upgraded; no bundle is written then. Servers and everything on
 * them are gone in any case, also when this process dies.
 */
export async function upgradeBundle(request: UpgradeRequest, context: RunContext): Promise<UpgradeResult> {
  const from = await readManifest(request.source);
  const tool = chainToolOf(from, request);
  const files = await tool.list(request.migrations);
  const chain = upgradeChain(from, tool, files, request.migrations, request.targetVersion);
  const choices = request.choices ?? new Map();
  const migrations = [...chain.before, ...chain.after];
  const undoable = [
    ...unknownChoices(choices, files),
    ...unrunnable(tool, migrations, choices, request.command),
  ];
  if (undoable.length > 0) throw new Refusal(undoable);
  const place = upgradePlace(request, from, context.signal);
  const plan: Plan = { request, from, tool, files, chain, place };
  // Where both cannot stand side by side, what is expected is found out first: a program may keep something of its own.
  const byProgram = migrations.some((file) => isForCommand(tool, file));
  const beforehand = place.parallel && !byProgram ? null : await expectedSchema(plan, context);
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const alongside = beforehand ?? expectedSchema(plan, { ...context, signal });
  const settled = Promise.resolve(alongside).catch(() => undefined);
  try {
    return await upgradeOn(plan, () => Promise.resolve(alongside), context);
  } catch (error) {
    // Whichever statement was cancelled: it was not the server's wish.
    context.signal.throwIfAborted();
    throw error;
  } finally {
    stop.abort();
    await settled;
  }
}

interface Plan {
  readonly request: UpgradeRequest;
  readonly from: Manifest;
  readonly tool: ChainTool;
  readonly files: readonly MigrationFile[];
  readonly chain: Chain;
  readonly place: UpgradePlace;
}

async function upgradeOn(
  plan: Plan,
  expected: () => Promise<MadeSchema>,
  context: RunContext,
): Promise<UpgradeResult> {
  const watch = createStopwatch(UPGRADE_STEPS);
  return onDrillServer(
    plan.place.open,
    (server) => upgradeThere(plan, server, expected, watch, context),
    context,
  );
}

async function upgradeThere(
  plan: Plan,
  server: DrillServer,
  expected: () => Promise<MadeSchema>,
  watch: Stopwatch<UpgradeStep>,
  context: RunContext,
): Promise<UpgradeResult> {
  const { request, from, chain, place } = plan;
  watch.lap("server");
  const before = await migrateTo(plan, server.url, [], chain.before, context);
  watch.lap("before");
  const reader = await openReading(server.url, context);
  try {
    const loaded = await loadBundle(reader, server.url, from, request, context);
    watch.lap("load");
    const after = await migrateTo(plan, server.url, chain.before, chain.after, context);
    watch.lap("after");
    const catalog = await readCatalog(reader);
    const made = await readMadeSchema(reader);
    const findings = [
      ...schemaDifferences(made, await expected()),
      ...(request.expected === undefined
        ? []
        : databaseDifferences(catalog, await ledgerOf(plan, server.url, context), request.expected)),
    ];
    if (blocks(findings)) throw new Refusal(findings);
    watch.lap("expected");
    const migrations = after.map((each) => each);
    const exported = await exportTenant(
      {
        ...request,
        url: server.url,
        tenant: from.tenant.key,
        ancestry: [
          ...(from.ancestry ?? []),
          ancestor(plan, loaded.result.plan.scan!.sha256, migrations, catalog.server.version),
        ],
      },
      context,
    );
    watch.lap("export");
    return {
      ...exported,
      from,
      migrations,
      loadedRows: loaded.result.tables.reduce((sum, { rows }) => sum + rows, 0),
      seconds: watch.seconds(),
      findings: [
        ...chain.findings,
        ...place.findings,
        ...loaded.findings,
        ...loaded.result.findings.filter(({ severity }) => severity === "warns"),
        ...decided(before, request),
        ...secretsGone(from, catalog),
        ...exported.findings.filter(({ severity }) => severity !== "notes"),
      ],
    };
  } finally {
    await reader.end();
  }
}

/** With a session of its own for each stretch: what a migration sets for its session ends with it. */
async function migrateTo(
  plan: Plan,
  url: string,
  behind: readonly MigrationFile[],
  files: readonly MigrationFile[],
  context: RunContext,
  over: Replay["over"] = "rows",
): Promise<ReplayedMigration[]> {
  const { tool, request } = plan;
  const client = await openMigrating(url, context);
  try {
    await tool.prepare?.(client, plan.files);
    const chain = {
      files: plan.files,
      behind: behind.map(({ version }) => version),
      elsewhere: plan.chain.elsewhere,
    };
    const { choices = new Map(), command } = request;
    return await replay({ client, url, tool, choices, command, chain, over }, files, context);
  } finally {
    await client.end();
  }
}

/** What the migrations make of an empty database, all of them: on a server of its own, that nothing else has touched. */
async function expectedSchema(plan: Plan, context: RunContext): Promise<MadeSchema> {
  const server = await plan.place.open();
  try {
    await migrateTo(plan, server.url, [], [...plan.chain.before, ...plan.chain.after], context, "empty");
    const reader = await openReading(server.url, context);
    try {
      return await readMadeSchema(reader);
    } finally {
      await reader.end();
    }
  } finally {
    await server.close();
  }
}

async function ledgerOf({ tool }: Plan, url: string, context: RunContext): Promise<Ledger> {
  const client = await openReading(url, context);
  try {
    return await tool.read(client);
  } finally {
    await client.end();
  }
}

function ancestor(
  { from, request }: Plan,
  sha256: string,
  migrations: readonly ReplayedMigration[],
  postgres: string,
): Upgrade {
  const { version, fingerprint } = from.schema;
  const { database, systemIdentifier, takenAt } = from.source;
  return {
    bundle: { sha256, schema: { version, fingerprint }, database, systemIdentifier, takenAt },
    migrations: [...migrations],
    postgres,
    engine: { name: "tenantry", version: request.engineVersion },
    at: new Date().toISOString(),
  };
}

/** What somebody decided about a migration before the bundle's version: the rows never went through it. */
function decided(before: readonly ReplayedMigration[], { choices }: UpgradeRequest): Finding[] {
  return before
    .filter(({ version, how }) => how !== "applied" && choices?.has(version) === true)
    .map(({ version, how }) => ({
      code: "migration-decided",
      severity: "notes",
      where: version,
      what: `Migration ${version}, which the bundle has behind it, was ${how === "command" ? "done by a program" : how}.`,
    }));
}

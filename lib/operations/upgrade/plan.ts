/** What an upgrade would do: which migrations stand between the bundle and the database that it is to fit. Read-only. */

import { type Manifest, manifestSchema, sealSchema } from "../../bundle/manifest.ts";
import { canonicalHash } from "../../canonical/json.ts";
import type { PlanContext } from "../../engine/contexts.ts";
import type { Effect, Gate, OperationPlan } from "../../engine/plan.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { isForCommand } from "../../ledger/by-command.ts";
import { readLedger } from "../../ledger/detect.ts";
import type { Ledger, MigrationFile } from "../../ledger/ledger.ts";
import { type Chain, upgradeChain } from "../../rows/upgrade/chain.ts";
import { unknownChoices } from "../../rows/upgrade/choices.ts";
import { chainToolOf, unrunnable } from "../../rows/upgrade/tool.ts";
import { recipientsOf } from "../bundles/recipients.ts";
import { type BundleRow, findBundle, withBundle } from "../shared/bundle.ts";
import { migrationCommandName } from "../shared/migration-command.ts";
import { migrationsFolder } from "../shared/migrations-folder.ts";
import { forbiddenPlaces, regionOfBundle } from "../shared/region-rule.ts";
import { touchedTables, withSubject } from "../shared/subject.ts";
import { called } from "../shared/tenant.ts";
import { TENANTRY_VERSION } from "../shared/versions.ts";
import { choicesOf } from "./choices.ts";
import type { UpgradeInput } from "./input.ts";
import { UPGRADE_STEPS } from "./planned-steps.ts";

const THROWAWAY = "a throwaway server";

export async function planUpgrade(
  context: PlanContext,
  input: UpgradeInput,
  migrationsBase: string | null,
): Promise<OperationPlan> {
  const { database, platform } = context;
  const bundle = await findBundle(context, input.bundleId);
  const manifest = manifestSchema.parse(bundle.manifest);
  return withSubject(context, async (client, { catalog, model, identity }) => {
    const { ledger, findings: ofLedger } = await readLedger(client, { tool: platform.file.ledger });
    const toFit = input.target === "database";
    const target = toFit ? (ledger?.version ?? null) : null;
    const way = await wayOf(context, manifest, input, target, migrationsBase);
    const encryption = await recipientsOf(context, { encrypted: bundle.encrypted, recipients: [] });
    const findings = [
      ...(toFit ? [...ofLedger, ...model.findings.filter(({ severity }) => severity === "blocks")] : []),
      ...way.findings,
      ...encryption.findings,
      ...(await regionFindings(context, bundle, manifest)),
    ];
    const newest = way.chain?.after.at(-1)?.version ?? null;
    const count = way.chain?.after.length ?? 0;
    const { key, slug, name } = manifest.tenant;
    return {
      kind: "upgrade",
      summary: `Upgrade ${bundle.name} of ${called(manifest.tenant)} from version ${manifest.schema.version ?? "unknown"} to ${newest ?? "another"}${toFit ? `, which ${database.name} has` : ""}`,
      tenant: { key, slug, name },
      databases: [identity],
      options: {
        target: input.target,
        schemaVersion: newest,
        fingerprint: toFit ? (ledger?.fingerprint ?? null) : null,
        migrations: canonicalHash(
          (way.chain?.after ?? []).map(({ version, checksum }) => [version, checksum]),
        ),
        ...(way.command === null ? {} : { command: way.command }),
        ...(Object.keys(input.skip).length === 0 ? {} : { skip: input.skip }),
        ...(input.roles.length === 0 ? {} : { roles: input.roles }),
        ...(encryption.recipients.length === 0 ? {} : { recipients: encryption.recipients }),
      },
      tables: toFit ? touchedTables({ catalog, model }, model.loadOrder) : {},
      bundle: bundle.sha256,
      effects: effectsOf(bundle, platform.store, count),
      steps: UPGRADE_STEPS,
      gates: [migrationsGate(findings, ledger, count)],
      findings,
      estimate: { rows: bundle.rows, bytes: bundle.bytes, seconds: null },
      versions: { planner: TENANTRY_VERSION, model: model.version },
      rollback:
        "Nothing is written to a database of the platform, and the old bundle stays as it is. The new one can be removed again.",
      exact: true,
    };
  });
}

interface Way {
  readonly chain: Chain | null;
  /** The command that runs some of the migrations, by its name on the worker's list. */
  readonly command: string | null;
  readonly findings: readonly Finding[];
}

/** Refusals are findings of the plan: nobody has done anything yet. */
async function wayOf(
  context: PlanContext,
  manifest: Manifest,
  input: UpgradeInput,
  target: string | null,
  migrationsBase: string | null,
): Promise<Way> {
  const none = { chain: null, command: null };
  try {
    const { platform } = context;
    const folder = await migrationsFolder(migrationsBase, platform);
    if (typeof folder !== "string") return { ...none, findings: [{ ...folder, severity: "blocks" }] };
    const name = migrationCommandName(platform.file);
    // What it is, the worker's list says; a plan may be made on another machine.
    const command =
      name === null ? undefined : { name, run: () => Promise.reject(new Error("planned only")) };
    const tool = chainToolOf(manifest, { platform: platform.file, command });
    const files: readonly MigrationFile[] = await tool.list(folder);
    const choices = choicesOf(input);
    const chain = upgradeChain(manifest, tool, files, folder, target ?? undefined);
    const migrations = [...chain.before, ...chain.after];
    const undecided = migrations.filter((file) => !choices.has(file.version) && isForCommand(tool, file));
    const runs = name !== null && undecided.length > 0;
    const findings = [
      ...chain.findings,
      ...unknownChoices(choices, files),
      ...unrunnable(tool, migrations, choices, command),
      ...(runs ? [byCommand(name, undecided.length)] : []),
    ];
    return { chain, command: runs ? name : null, findings };
  } catch (error) {
    if (error instanceof Refusal) return { ...none, findings: error.findings };
    throw error;
  }
}

function byCommand(name: string, count: number): Finding {
  return {
    code: "migrations-by-command",
    severity: "notes",
    where: name,
    count,
    what: `${count} of the migrations are programs: the command "${name}" of the worker's own list runs them, on the throwaway server.`,
  };
}

/** The store is to hold the tenant's rows once more. */
async function regionFindings(
  context: PlanContext,
  bundle: BundleRow,
  manifest: Manifest,
): Promise<readonly Finding[]> {
  const { platform, store, signal } = context;
  const rule = platform.file.regions;
  if (rule === undefined) return [];
  const seal = sealSchema.parse(bundle.seal);
  const region = await withBundle(context, bundle, (source) =>
    regionOfBundle(source, { manifest, seal }, rule, signal),
  );
  const place = { kind: "store", name: platform.store, region: store(platform.store).region } as const;
  return forbiddenPlaces(rule, region, [place]);
}

function effectsOf(bundle: BundleRow, store: string, migrations: number): Effect[] {
  const common = { reversibility: "reversible", bytes: null } as const;
  return [
    { ...common, verb: "read", object: "bundle", place: bundle.store, rows: bundle.rows },
    {
      ...common,
      verb: "insert",
      object: "tenant",
      place: THROWAWAY,
      rows: bundle.rows,
      note: `${migrations} migrations run over it; thrown away afterwards`,
    },
    { ...common, verb: "write", object: "bundle", place: store, rows: null },
  ];
}

function migrationsGate(findings: readonly Finding[], ledger: Ledger | null, count: number): Gate {
  const closing = findings.find(({ severity }) => severity === "blocks");
  return {
    code: "migrations-known",
    title: "The migrations in between are there",
    holds: !blocks(findings),
    detail:
      closing === undefined
        ? `The folder has every migration that the bundle's database had run, unchanged, and ${count} that came since${ledger === null ? "" : ` (${ledger.tool})`}.`
        : `${closing.what} ${closing.todo ?? ""}`.trim(),
  };
}

/** Replays on a throwaway server and writes the new bundle; the platform's databases are neither asked nor written. */
import type { StepContext } from "../../engine/contexts.ts";
import type { OperationStep } from "../../engine/operation.ts";
import { Refusal } from "../../findings/finding.ts";
import type { BundleRow } from "../bundles/of-operation.ts";
import { plannedRecipients, proveStep, requestOf, writeStep } from "../bundles/write-bundle.ts";
import { findBundle, withBundle } from "../shared/bundle.ts";
import { earlierFilesOf } from "../shared/earlier-files.ts";
import { knownServers } from "../shared/known-servers.ts";
import { migrationCommand } from "../shared/migration-command.ts";
import { migrationsFolder } from "../shared/migrations-folder.ts";
import { breathing, isCommit } from "../shared/run-context.ts";
import { called } from "../shared/tenant.ts";
import type { DrillPlace } from "../shared/throwaway-place.ts";
import { TENANTRY_VERSION } from "../shared/versions.ts";
import { trustedKeys } from "../signer.ts";
import { choicesOf } from "./choices.ts";
import { upgradeInput } from "./input.ts";
import { UPGRADE_STEPS } from "./planned-steps.ts";

/** What of a platform's migrations this machine has. */
export interface MigrationsMachine {
  /** Where the migrations of platforms lie, each below its name; null for none. */
  readonly migrationsBase: string | null;
  /** The list of commands that platform files may name; null for none. */
  readonly commandsFile: string | null;
}

export function upgradeSteps(place: DrillPlace, machine: MigrationsMachine): readonly OperationStep[] {
  const write = writeStep(
    UPGRADE_STEPS[0].title,
    (context, reserved) => upgrade(context, reserved, place, machine),
    () => clearServer(place),
  );
  return [write, prove];
}

/** Of a worker that died with the bundle written, its database with the tenant's rows is left there. */
async function clearServer({ server }: DrillPlace): Promise<void> {
  if (server === null) return;
  const { clearDrillServer } = await import(/* turbopackIgnore: true */ "../../rows/drill/drill-server.ts");
  await clearDrillServer(server);
}

async function upgrade(
  context: StepContext,
  reserved: BundleRow,
  { server }: DrillPlace,
  { migrationsBase, commandsFile }: MigrationsMachine,
): Promise<void> {
  const input = upgradeInput.parse(context.input);
  const old = await findBundle(context, input.bundleId);
  const folder = await migrationsFolder(migrationsBase, context.platform);
  if (typeof folder !== "string") throw new Refusal({ ...folder, severity: "blocks" });
  const { plan, platform } = context;
  // Only where the plan says so: a list is not asked for where every file is replayed.
  const command =
    textOf(plan.options.command) === null ? undefined : await migrationCommand(platform.file, commandsFile);
  const request = await requestOf(context);
  const signKey = await context.signer?.privateKey();
  const trust = [...(await trustedKeys(context.records))];
  const earlierFiles = await earlierFilesOf(context.records, platform.id);
  const servers = await knownServers(context.records);
  // Only a worker comes here. The web knows every operation, and its build must not carry a database server along.
  const { upgradeBundle } = await import(/* turbopackIgnore: true */ "../../rows/upgrade/upgrade-bundle.ts");
  await withBundle(context, old, (source) =>
    breathing(context, isCommit, async (run) => {
      const { findings } = await upgradeBundle(
        {
          source,
          platform: platform.file,
          earlierFiles,
          migrations: folder,
          targetVersion: textOf(plan.options.schemaVersion) ?? undefined,
          choices: choicesOf(input),
          command,
          roles: input.roles,
          server: server === null ? null : { url: server, platform: servers },
          expected:
            input.target === "database"
              ? {
                  database: plan.databases[0]?.name ?? "the database",
                  fingerprint: textOf(plan.options.fingerprint),
                  shapes: Object.fromEntries(
                    Object.entries(plan.tables).map(([id, { shape }]) => [id, shape]),
                  ),
                }
              : undefined,
          trust,
          store: context.store(reserved.store),
          name: reserved.name,
          compression: platform.compression,
          signKey,
          recipients: plannedRecipients(context),
          by: request.by,
          reason: request.reason,
          engineVersion: TENANTRY_VERSION,
        },
        run,
      );
      await context.find(findings);
    }),
  );
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

const prove = proveStep((context, row, rows, bytes) => [
  `${row.name} holds ${rows.toLocaleString("en")} rows of ${called(context.plan.tenant)} at version ${row.schemaVersion ?? "unknown"}, in ${bytes.toLocaleString("en")} bytes.`,
  "The old bundle is as it was. No database of the platform was asked or written by the run.",
]);

/** `tenantry migrations effect`: what a migration does to one tenant's rows, tried on a throwaway server. */
import type { Command } from "commander";
import { migrationCommand } from "../../../lib/operations/shared/migration-command.ts";
import { migrationEffect } from "../../../lib/rows/effect/migration-effect.ts";
import { drillPlace, openBundleFile, readSoundPlatform, readTrustedKeys } from "../../cli/inputs.ts";
import { identityOption, jsonOption, platformOption, trustOption, withExamples } from "../../cli/options.ts";
import type { Perform, Run } from "../../cli/task.ts";
import { readChoices } from "../upgrade/choices.ts";
import { migrationsFolder } from "../upgrade/migrations-folder.ts";
import { addReplayOptions, type ReplayOptions } from "../upgrade/replay-options.ts";
import { effectJson, effectText, type SeenEffect } from "./effect-report.ts";

interface EffectOptions extends ReplayOptions {
  readonly platform?: string;
  readonly migration: string;
  readonly to?: string;
  readonly personal?: boolean;
  readonly trust?: readonly string[];
  readonly identity?: readonly string[];
  readonly json?: boolean;
}

export function addEffectCommand(migrations: Command, perform: Perform): void {
  const command = migrations
    .command("effect")
    .summary("say what a migration does to one tenant's rows")
    .description(
      "Says what a migration does to one tenant's rows: on a throwaway server the migrations run up to the version before it, over a bundle's rows; then it runs, and both states are held against each other: tables, columns, rows. Where rows make it fail, it says which. No database of the platform is asked or written.",
    )
    .argument("<file>", "a bundle that has not run the migration yet")
    .addOption(platformOption())
    .requiredOption("--migration <version>", "the migration, as the ledger writes it")
    .option("--to <version>", "the last of several migrations; the first one alone when left out")
    .option("--personal", "show personal columns of the rows that differ; secrets are never shown");
  addReplayOptions(command, "try it")
    .addOption(trustOption())
    .addOption(identityOption())
    .addOption(jsonOption())
    .action((path: string, options: EffectOptions) =>
      perform({
        name: "migrations effect",
        json: options.json === true,
        left: "Nothing was changed; nothing is left of the try.",
        async work(run) {
          const seen = await see(path, options, run);
          return {
            result: effectJson(seen),
            findings: seen.effect.findings,
            untold: seen.effect.findings.filter(({ severity }) => severity !== "notes"),
            findingsAre: "remarks",
            text: (style) => effectText(seen, style),
          };
        },
      }),
    );
  withExamples(
    command,
    "tenantry migrations effect acme.tar.gz --platform platform.yaml --migration 20250303080000",
    "tenantry migrations effect acme.tar.gz --platform platform.yaml --migration 20240513120000 --to 20250303080000 --json",
  );
}

async function see(path: string, options: EffectOptions, run: Run): Promise<SeenEffect> {
  const platform = await readSoundPlatform(options.platform);
  const platformThen =
    options.platformThen === undefined ? undefined : await readSoundPlatform(options.platformThen);
  const migrations = migrationsFolder(options.migrations, platform, options.platform!);
  const choices = await readChoices(options);
  const commandsFile = options.commands ?? (process.env.TENANTRY_COMMANDS || null);
  // Without a list it is told which migrations are programs, where there are any.
  const command = commandsFile === null ? undefined : await migrationCommand(platform, commandsFile, true);
  const trust = await readTrustedKeys(options.trust);
  const { server } = drillPlace(options.postgres, run.remark, "--postgres URL");
  const source = await openBundleFile(path, run.context.signal, options.identity);
  try {
    const { migration: version, to, role: roles } = options;
    const effect = await migrationEffect(
      {
        source,
        platform,
        platformThen,
        migrations,
        version,
        to,
        choices,
        command,
        roles,
        trust,
        server: server === null ? null : { url: server, platform: { identifiers: [], endpoints: [] } },
      },
      run.context,
    );
    return { effect, file: path, version, to: to ?? version, personal: options.personal === true };
  } finally {
    await source.close();
  }
}

/** `tenantry upgrade`: an old bundle brought to a later version of its platform, by the platform's own migrations. */
import { type Command, Option } from "commander";
import { folderStore } from "../../lib/bundle/stores/folder.ts";
import { migrationCommand } from "../../lib/operations/shared/migration-command.ts";
import { upgradeBundle } from "../../lib/rows/upgrade/upgrade-bundle.ts";
import { shellWord } from "../cli/arguments.ts";
import { drillPlace, openBundleFile, readSoundPlatform, readTrustedKeys } from "../cli/inputs.ts";
import { identityOption, jsonOption, platformOption, trustOption, withExamples } from "../cli/options.ts";
import type { Perform, Run } from "../cli/task.ts";
import { VERSION } from "../cli/version.ts";
import { nameOfUser } from "./export/name-of-user.ts";
import { addWritingOptions, readWriting, type WritingOptions, written } from "./export/writing.ts";
import { readChoices } from "./upgrade/choices.ts";
import { migrationsFolder } from "./upgrade/migrations-folder.ts";
import { addReplayOptions, type ReplayOptions } from "./upgrade/replay-options.ts";
import { type Upgraded, upgradedJson, upgradedText } from "./upgrade/report.ts";

interface UpgradeOptions extends WritingOptions, ReplayOptions {
  readonly platform?: string;
  readonly targetVersion?: string;
  readonly trust?: readonly string[];
  readonly identity?: readonly string[];
  readonly json?: boolean;
}

export function addUpgradeCommand(program: Command, perform: Perform): void {
  const command = program
    .command("upgrade")
    .summary("bring an old bundle to a later version, by the platform's own migrations")
    .description(
      "Brings an old bundle to a later version of its platform: on a throwaway server the migrations run up to the bundle's version, its rows are loaded and proved, the migrations that came since run over them, and the tenant is exported again, sealed, with the bundle that it came from in its manifest. No database of the platform is asked or written.",
    )
    .argument("<file>", "the bundle")
    .addOption(platformOption())
    .addOption(
      new Option(
        "--target-version <version>",
        "the last migration to run; the folder's newest when left out",
      ),
    );
  addReplayOptions(command, "upgrade");
  addWritingOptions(command)
    .addOption(trustOption())
    .addOption(identityOption())
    .addOption(jsonOption())
    .action((path: string, options: UpgradeOptions) =>
      perform({
        name: "upgrade",
        json: options.json === true,
        left: "No bundle was written; nothing is left of the try.",
        async work(run) {
          const upgraded = await upgrade(path, options, run);
          const key = upgraded.recipients.length > 0 ? " --identity FILE" : "";
          return {
            result: upgradedJson(upgraded),
            findings: upgraded.findings,
            untold: upgraded.findings.filter(({ severity }) => severity !== "notes"),
            findingsAre: "remarks",
            text: (style) => upgradedText(upgraded, style),
            next: [
              `${run.calledAs} import ${shellWord(upgraded.path)}${key} --platform ${shellWord(options.platform ?? "")} --dry-run`,
            ],
          };
        },
      }),
    );
  withExamples(
    command,
    "tenantry upgrade acme-old.tar.gz --platform platform.yaml --out acme.tar.gz",
    'tenantry upgrade acme-old.tar.gz --platform platform.yaml --skip 20240513120000="only fills a cache" --out acme.tar.gz',
  );
}

async function upgrade(path: string, options: UpgradeOptions, run: Run): Promise<Upgraded> {
  const began = performance.now();
  const writing = await readWriting(options);
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
    const result = await upgradeBundle(
      {
        source,
        platform,
        platformThen,
        migrations,
        targetVersion: options.targetVersion,
        choices,
        command,
        roles: options.role,
        server: server === null ? null : { url: server, platform: { identifiers: [], endpoints: [] } },
        trust,
        store: folderStore(writing.folder, { sideEffect: run.context.sideEffect }),
        name: writing.name,
        compression: writing.compression,
        signKey: writing.signKey,
        recipients: writing.recipients,
        by: nameOfUser(),
        reason: options.reason,
        engineVersion: VERSION,
      },
      run.context,
    );
    return written(result, writing, began);
  } finally {
    await source.close();
  }
}

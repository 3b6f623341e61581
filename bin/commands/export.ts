/** `tenantry export`: one tenant into a sealed file. */
import { type Command, Option } from "commander";
import { folderStore } from "../../lib/bundle/stores/folder.ts";
import { exportTenant } from "../../lib/rows/export/export-tenant.ts";
import { shellWord } from "../cli/arguments.ts";
import { usage } from "../cli/failure.ts";
import { databaseAddress, readSoundPlatform } from "../cli/inputs.ts";
import { databaseOption, jsonOption, platformOption, wholeNumber, withExamples } from "../cli/options.ts";
import type { Perform, Run } from "../cli/task.ts";
import { VERSION } from "../cli/version.ts";
import { nameOfUser } from "./export/name-of-user.ts";
import { type Exported, exportedJson, exportedText } from "./export/report.ts";
import { addWritingOptions, readWriting, type WritingOptions, written } from "./export/writing.ts";

interface ExportOptions extends WritingOptions {
  readonly platform?: string;
  readonly database?: string;
  readonly tenant?: string;
  readonly connections: number;
  readonly json?: boolean;
}

export function addExportCommand(program: Command, perform: Perform): void {
  const command = program
    .command("export")
    .summary("write one tenant into a sealed file")
    .description(
      "Writes one tenant into a bundle: a tarball of JSON Lines, read at one snapshot, sealed with the hash of every member. Secrets and excluded tables stay behind. Reads only; the file appears under its name when it is whole.",
    )
    .addOption(platformOption())
    .addOption(databaseOption())
    .addOption(new Option("--tenant <slug or key>", "whom to export"));
  addWritingOptions(command)
    .addOption(
      new Option("--connections <n>", "connections to read over").argParser(wholeNumber(1, 16)).default(2),
    )
    .addOption(jsonOption())
    .action((options: ExportOptions) =>
      perform({
        name: "export",
        json: options.json === true,
        left: "No bundle was written.",
        async work(run) {
          const exported = await writeBundle(options, run);
          const file = shellWord(exported.path);
          const key = exported.recipients.length > 0 ? " --identity FILE" : "";
          return {
            result: exportedJson(exported),
            findings: exported.findings,
            findingsAre: "remarks",
            text: (style) => exportedText(exported, style),
            next: [
              `${run.calledAs} verify ${file}${key}`,
              `${run.calledAs} import ${file}${key} --platform ${shellWord(options.platform ?? "")} --dry-run`,
            ],
          };
        },
      }),
    );
  withExamples(command, "tenantry export --platform platform.yaml --tenant acme --out acme.tar.gz");
}

async function writeBundle(options: ExportOptions, run: Run): Promise<Exported> {
  const began = performance.now();
  if (options.tenant === undefined) throw usage("--tenant", "Name the tenant's slug or key with --tenant.");
  const writing = await readWriting(options);
  const platform = await readSoundPlatform(options.platform);
  const url = databaseAddress(options.database, run.remark);
  const result = await exportTenant(
    {
      url,
      platform,
      tenant: options.tenant,
      store: folderStore(writing.folder, { sideEffect: run.context.sideEffect }),
      name: writing.name,
      compression: writing.compression,
      signKey: writing.signKey,
      recipients: writing.recipients,
      connections: options.connections,
      by: nameOfUser(),
      reason: options.reason,
      engineVersion: VERSION,
    },
    run.context,
  );
  return written(result, writing, began);
}

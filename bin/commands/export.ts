/** `tenantry export`: one tenant into a sealed file. */
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { Compression } from "../../lib/bundle/compression/compression.ts";
import { folderStore } from "../../lib/bundle/stores/folder.ts";
import { exportTenant } from "../../lib/rows/export/export-tenant.ts";
import { shellWord } from "../cli/arguments.ts";
import { usage } from "../cli/failure.ts";
import { databaseAddress, readRecipients, readSignKey, readSoundPlatform } from "../cli/inputs.ts";
import {
  databaseOption,
  gathered,
  jsonOption,
  platformOption,
  wholeNumber,
  withExamples,
} from "../cli/options.ts";
import type { Perform, Run } from "../cli/task.ts";
import { VERSION } from "../cli/version.ts";
import { nameOfUser } from "./export/name-of-user.ts";
import { type Exported, exportedJson, exportedText } from "./export/report.ts";
import { whereTo } from "./export/where-to.ts";

interface ExportOptions {
  readonly platform?: string;
  readonly database?: string;
  readonly tenant?: string;
  readonly out?: string;
  readonly compress?: Compression;
  readonly signKey?: string;
  readonly recipient?: readonly string[];
  readonly reason?: string;
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
    .addOption(new Option("--tenant <slug or key>", "whom to export"))
    .addOption(
      new Option("--out <file or folder>", "where to; in a folder that exists the file names itself"),
    )
    .addOption(new Option("--compress <how>", "as the file's name says, else gzip").choices(["gzip", "zstd"]))
    .addOption(new Option("--sign-key <file>", "Ed25519 private key (PEM) to sign the seal with"))
    .addOption(
      new Option(
        "--recipient <age1…>",
        "age public key of somebody who may open the file, which is then encrypted; repeatable",
      ).argParser(gathered),
    )
    .addOption(new Option("--reason <text>", "why; kept in the bundle's manifest"))
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
  const recipients = await readRecipients(options.recipient);
  const { folder, name, compression } = await whereTo(options.out, options.compress, recipients.length > 0);
  const platform = await readSoundPlatform(options.platform);
  const signKey = await readSignKey(options.signKey);
  const url = databaseAddress(options.database, run.remark);
  const result = await exportTenant(
    {
      url,
      platform,
      tenant: options.tenant,
      store: folderStore(folder, { sideEffect: run.context.sideEffect }),
      name,
      compression,
      signKey,
      recipients,
      connections: options.connections,
      by: nameOfUser(),
      reason: options.reason,
      engineVersion: VERSION,
    },
    run.context,
  );
  return {
    ...result,
    path: join(folder, result.name),
    signed: signKey !== undefined,
    recipients,
    milliseconds: performance.now() - began,
  };
}

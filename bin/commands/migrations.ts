/** `tenantry migrations`: what each statement of a platform's migrations does, measured; for its CI. */
import type { Command } from "commander";
import type { Finding } from "../../lib/findings/finding.ts";
import { Refusal } from "../../lib/findings/finding.ts";
import { ledgerAdapter, ledgerReader } from "../../lib/ledger/adapters.ts";
import type { ChainTool, LedgerAdapter } from "../../lib/ledger/ledger.ts";
import type { MeasuredFile } from "../../lib/migrations/facts.ts";
import { measuringPlace } from "../../lib/migrations/measure/place.ts";
import { replayFolder, replayPoints } from "../../lib/migrations/measure/replay.ts";
import { migrationCommand } from "../../lib/operations/shared/migration-command.ts";
import { usage } from "../cli/failure.ts";
import { drillPlace, readSoundPlatform } from "../cli/inputs.ts";
import { jsonOption, platformOption, withExamples } from "../cli/options.ts";
import type { Perform, Run } from "../cli/task.ts";
import { addEffectCommand } from "./migrations/effect.ts";
import { folderOf } from "./migrations/folder.ts";
import { measuredFindings, measuredJson, measuredText } from "./migrations/report.ts";

interface MigrationsOptions {
  readonly platform?: string;
  readonly after?: string;
  readonly ledger?: string;
  readonly commands?: string;
  readonly postgres?: string;
  readonly json?: boolean;
}

export function addMigrationsCommand(program: Command, perform: Perform): void {
  const command = program
    .command("migrations")
    // What stands behind `effect` is its own.
    .enablePositionalOptions()
    .summary("say what each statement of the migrations does")
    .description(
      "Runs the platform's migrations on a throwaway server and says of each statement what it locks, rewrites and loses, and how the same is reached without anybody waiting. Touches no database. Warns of what is not additive; exits with 1 when a migration fails.",
    )
    .addOption(platformOption())
    .option("--after <version>", "measure only what comes after this version")
    .option("--ledger <tool>", "the migration tool, where the platform file does not name it")
    .option(
      "--commands <file>",
      "the list with the command that the platform's file names, for programs among the migrations; otherwise TENANTRY_COMMANDS",
    )
    .option(
      "--postgres <url>",
      "measure on this server, which holds nothing, instead of one of its own; better: TENANTRY_DRILL_SERVER_URL in the environment",
    )
    .addOption(jsonOption())
    .action((options: MigrationsOptions) =>
      perform({
        name: "migrations",
        json: options.json === true,
        left: "Nothing was changed.",
        async work(run) {
          const measured = await measure(options, run);
          return {
            result: measuredJson(measured),
            findings: measuredFindings(measured),
            untold: measuredFindings(measured).filter(({ code }) => !code.startsWith("statement-")),
            findingsAre: "result",
            text: (style) => measuredText(measured, style),
          };
        },
      }),
    );
  withExamples(
    command,
    "tenantry migrations --platform platform.yaml --after 20250303080000",
    "tenantry migrations --platform platform.yaml --json",
  );
  addEffectCommand(command, perform);
}

async function measure(options: MigrationsOptions, run: Run): Promise<MeasuredFile[]> {
  const platform = await readSoundPlatform(options.platform);
  const folder = folderOf(platform, options.platform!);
  const commandsFile = options.commands ?? (process.env.TENANTRY_COMMANDS || null);
  const command = commandsFile === null ? undefined : await migrationCommand(platform, commandsFile, true);
  const tool = toolOf(options.ledger ?? platform.ledger, command !== undefined);
  const points = replayPoints(await tool.list(folder));
  const after = placeAfter(points, options.after);
  const { signal } = run.context;
  const measured: MeasuredFile[] = [];
  const { server } = drillPlace(options.postgres, run.remark, "--postgres URL");
  const place = await measuringPlace(server, { major: 0, identifiers: [], endpoints: [] }, undefined, signal);
  try {
    await replayFolder(
      {
        place,
        tool,
        command,
        folder,
        wants: ({ place }) => place > after,
        async onMeasured(file) {
          measured.push(file);
          run.context.progress({
            phase: "measuring",
            table: file.version,
            rows: 0,
            bytes: 0,
            totalRows: null,
          });
        },
      },
      signal,
    );
  } catch (error) {
    // What was measured until then says more of it: which statement it was.
    if (!(error instanceof Refusal) || !isSaid(error.findings, measured)) throw error;
  } finally {
    await place.close();
  }
  return measured;
}

function isSaid(findings: readonly Finding[], measured: readonly MeasuredFile[]): boolean {
  const said = new Set(measured.flatMap((file) => file.findings.map(({ code }) => code)));
  return findings.every(({ code }) => said.has(code));
}

function placeAfter(
  points: readonly { readonly file: { readonly version: string }; readonly place: number }[],
  version: string | undefined,
): number {
  if (version === undefined) return 0;
  const point = points.find(({ file }) => file.version === version);
  if (point !== undefined) return point.place;
  throw usage("--after", `No migration in the folder has version ${version}.`);
}

function toolOf(tool: string | undefined, hasCommand: boolean): ChainTool & Partial<LedgerAdapter> {
  if (tool === undefined)
    throw usage(
      "--ledger",
      "Say which tool the migrations are for: `ledger:` in the platform file, or --ledger TOOL.",
    );
  const found = ledgerAdapter(tool) ?? (hasCommand ? ledgerReader(tool) : null);
  if (found !== null) return found;
  throw usage("--ledger", `The migrations of ${tool} cannot be replayed one by one.`);
}

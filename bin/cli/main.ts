/** Reads the command line, finds the command, performs it. */
import { Command, CommanderError } from "commander";
import { addCheckCommand } from "../commands/check.ts";
import { addCompareCommand } from "../commands/compare.ts";
import { addDrillCommand } from "../commands/drill.ts";
import { addExportCommand } from "../commands/export.ts";
import { addImportCommand } from "../commands/import.ts";
import { addMigrationsCommand } from "../commands/migrations.ts";
import { addModelCommand } from "../commands/model.ts";
import { addPackageCommand } from "../commands/package.ts";
import { addUpgradeCommand } from "../commands/upgrade.ts";
import { addVerifyCommand } from "../commands/verify.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { describeFailure, usage } from "./failure.ts";
import { perform, report } from "./perform.ts";
import { createPrinter, type Printer } from "./printer.ts";
import { VERSION } from "./version.ts";

/** Gives the exit code; everything has been printed. */
export async function main(
  args: readonly string[],
  calledAs: string,
  printer: Printer = createPrinter(),
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  let shown = "";
  const program = new Command("tenantry")
    .description("Takes one tenant out of a shared Postgres database and puts it into another, exactly.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    // What stands behind a command is that command's: options of one name are in several.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        shown += text;
      },
      writeErr: () => {},
      getOutHelpWidth: () => printer.style.width,
    })
    .addHelpText("after", `\nEach command has a help of its own: ${calledAs} export --help`);
  for (const add of [
    addModelCommand,
    addCheckCommand,
    addExportCommand,
    addPackageCommand,
    addVerifyCommand,
    addImportCommand,
    addCompareCommand,
    addDrillCommand,
    addUpgradeCommand,
    addMigrationsCommand,
  ]) {
    add(program, async (task) => {
      exitCode = await perform(task, printer, { args, calledAs });
    });
  }
  try {
    if (args.length === 0) {
      printer.remark(program.helpInformation().trimEnd());
      return EXIT.usage;
    }
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      await printer.result(shown.trimEnd());
      return EXIT.done;
    }
    const name = program.commands.find((command) => command.name() === args[0])?.name() ?? null;
    const cause = error instanceof CommanderError ? wrongUsage(error, name, calledAs) : error;
    const failure = describeFailure(cause, false, "Nothing was done.");
    return await report(failure, { name: name ?? "tenantry", json: asksForJson(args) }, printer);
  }
}

/** Also where the arguments are not understood. */
function asksForJson(args: readonly string[]): boolean {
  const format = args.indexOf("--format");
  return (
    args.includes("--json") || args.includes("--format=json") || (format >= 0 && args[format + 1] === "json")
  );
}

/** Commander's own words, as a sentence. */
function wrongUsage({ message }: CommanderError, name: string | null, calledAs: string) {
  const [first = "", guess] = message.replace(/^error: /, "").split("\n");
  const what = `${first.charAt(0).toUpperCase()}${first.slice(1)}`
    .replace(/\.?$/, guess ? "" : ".")
    // What stands behind a = may be a secret: `password=…`.
    .replace(/'([^'=]*)=[^']*'/g, "'$1=…'");
  const help = `See ${[calledAs, name, "--help"].filter(Boolean).join(" ")}.`;
  return usage(name ?? "tenantry", guess ? `${what} ${guess}` : what, help);
}

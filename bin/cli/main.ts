/** Reads the command line, finds the command, performs it. */
import { Command, CommanderError } from "commander";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { describeFailure, usage } from "./failure.ts";
import { perform, report } from "./perform.ts";
import { createPrinter, type Printer } from "./printer.ts";
import type { Perform } from "./task.ts";
import { VERSION } from "./version.ts";

/** In the order of the help. A command's file is read when it is asked for, or all of them are: each stands on hundreds. */
const COMMANDS: readonly {
  readonly name: string;
  add(): Promise<(program: Command, perform: Perform) => void>;
}[] = [
  { name: "model", add: async () => (await import("../commands/model.ts")).addModelCommand },
  { name: "check", add: async () => (await import("../commands/check.ts")).addCheckCommand },
  { name: "export", add: async () => (await import("../commands/export.ts")).addExportCommand },
  { name: "package", add: async () => (await import("../commands/package.ts")).addPackageCommand },
  { name: "verify", add: async () => (await import("../commands/verify.ts")).addVerifyCommand },
  { name: "import", add: async () => (await import("../commands/import.ts")).addImportCommand },
  { name: "compare", add: async () => (await import("../commands/compare.ts")).addCompareCommand },
  { name: "drill", add: async () => (await import("../commands/drill.ts")).addDrillCommand },
  { name: "upgrade", add: async () => (await import("../commands/upgrade.ts")).addUpgradeCommand },
  { name: "migrations", add: async () => (await import("../commands/migrations.ts")).addMigrationsCommand },
];

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
  const asked = COMMANDS.filter(({ name }) => name === args[0]);
  for (const { add } of asked.length > 0 ? asked : COMMANDS) {
    const addCommand = await add();
    addCommand(program, async (task) => {
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

/** `migrations: { command }` of a platform file: what stands under that name on this machine's own list of commands. */
import { Refusal } from "../../findings/finding.ts";
import type { PlatformCommand } from "../../ledger/by-command.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { allowedCommand, commandNotStarted, inWords, runAllowed } from "./commands.ts";
import type { ProgramEnd } from "./processes/keeper.ts";

/** The name that the platform file gives; null where it names a folder only. Pure. */
export function migrationCommandName({ migrations }: Pick<PlatformFile, "migrations">): string | null {
  return migrations === undefined || typeof migrations === "string" ? null : migrations.command;
}

/**
 * The command itself, for databases that are thrown away whatever becomes of it. Undefined where none is named.
 *
 * @param commandsFile the list; null for none
 * @param told whether what it prints goes to this process's standard error
 * @throws Refusal where one is named and there is no list, or it is not on it
 */
export async function migrationCommand(
  file: Pick<PlatformFile, "migrations">,
  commandsFile: string | null,
  told = false,
): Promise<PlatformCommand | undefined> {
  const name = migrationCommandName(file);
  if (name === null) return undefined;
  const command = await allowedCommand(commandsFile, name);
  return {
    name,
    async run(env, signal) {
      const end = await runAllowed(command, { ...env }, signal, told);
      if (end.how === "not-started") throw commandNotStarted(name, end.code);
      if (end.how !== "ended" || end.code !== 0)
        throw endedBadly(name, end, env.TARGET_VERSION, command.seconds);
    },
  };
}

type Ended = Exclude<ProgramEnd, { how: "not-started" }>;

function endedBadly(name: string, end: Ended, version: string, seconds: number): Refusal {
  return new Refusal({
    code: end.how === "too-long" ? "migration-command-too-long" : "migration-command-failed",
    severity: "blocks",
    where: name,
    what: `The command "${name}", which was to migrate to the version ${version}, ended ${inWords(end, seconds)}.`,
    todo:
      end.how === "too-long"
        ? "Give it more `seconds` on the list of commands, if that is what it takes."
        : "Run it by hand, with DATABASE_URL of an empty database and this TARGET_VERSION, to see what it says.",
  });
}

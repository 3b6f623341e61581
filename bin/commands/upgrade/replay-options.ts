/** What is said of a replay of migrations on a throwaway server, whichever command asks for one. */
import { type Command, Option } from "commander";
import { gathered } from "../../cli/options.ts";

export interface ReplayOptions {
  readonly platformThen?: string;
  readonly migrations?: string;
  readonly commands?: string;
  readonly postgres?: string;
  readonly role?: readonly string[];
  readonly skip?: readonly string[];
  readonly replace?: readonly string[];
  readonly run?: readonly string[];
}

/** @param what the verb of the help's sentence about the server, "upgrade" say */
export function addReplayOptions(command: Command, what: string): Command {
  const repeatable = (flags: string, meant: string) => new Option(flags, meant).argParser(gathered);
  return command
    .option("--migrations <folder>", "the platform's migrations, instead of where its file says")
    .option(
      "--platform-then <file>",
      "the platform's file as it read at the bundle's version, where today's does not tell",
    )
    .option(
      "--commands <file>",
      "the list on which the command stands that the platform's file names under `migrations`; otherwise TENANTRY_COMMANDS of the environment",
    )
    .option(
      "--postgres <url>",
      `${what} on this server, which holds nothing, instead of one of its own; better: TENANTRY_DRILL_SERVER_URL in the environment`,
    )
    .addOption(repeatable("--role <name>", "a role that migrations name and none makes; repeatable"))
    .addOption(repeatable("--skip <version=reason>", "do not run this migration, and say why; repeatable"))
    .addOption(repeatable("--replace <version=file>", "run this file in the migration's place; repeatable"))
    .addOption(
      repeatable(
        "--run <version=command>",
        "run this in the migration's place, with DATABASE_URL and TARGET_VERSION in its environment; repeatable",
      ),
    );
}

/** `--skip`, `--replace` and `--run`: what somebody has decided about single migrations. */
import { createHash } from "node:crypto";
import { Refusal } from "../../../lib/findings/finding.ts";
import type { RunCommand } from "../../../lib/ledger/by-command.ts";
import { inWords } from "../../../lib/operations/shared/commands.ts";
import { runKept } from "../../../lib/operations/shared/processes/kept-program.ts";
import type { Choice } from "../../../lib/rows/upgrade/choices.ts";
import { usage } from "../../cli/failure.ts";
import { readInput } from "../../cli/inputs.ts";

export interface ChoiceOptions {
  readonly skip?: readonly string[];
  readonly replace?: readonly string[];
  readonly run?: readonly string[];
}

export async function readChoices({
  skip = [],
  replace = [],
  run = [],
}: ChoiceOptions): Promise<Map<string, Choice>> {
  const choices = new Map<string, Choice>();
  const decide = (option: string, version: string, choice: Choice) => {
    if (choices.has(version)) throw usage(option, `Two things are decided about migration ${version}.`);
    choices.set(version, choice);
  };
  for (const text of skip) {
    const [version, reason] = pair("--skip", text, "reason");
    decide("--skip", version, { how: "skipped", reason });
  }
  for (const text of replace) {
    const [version, path] = pair("--replace", text, "file");
    const content = await readInput(path, "migration-unreadable", "--replace");
    const sha256 = createHash("sha256").update(content).digest("hex");
    decide("--replace", version, { how: "replaced", sql: content.toString("utf8"), sha256 });
  }
  for (const text of run) {
    const [version, command] = pair("--run", text, "command");
    decide("--run", version, { how: "command", run: shellCommand(version, command) });
  }
  return choices;
}

function pair(option: string, text: string, what: string): [string, string] {
  const at = text.indexOf("=");
  const [version, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at > 0 && version !== "" && value !== "") return [version, value];
  throw usage(option, `${option} is written version=${what}.`, "Give it once for each migration.");
}

/** Seconds: nobody waits for a migration for longer. */
const LONGEST = 86_400;

/**
 * As it was typed, by the shell; what it prints goes where this program's remarks go. It gets the environment but for
 * what leads to databases or opens keys: a program that overlooks DATABASE_URL must not find the platform's.
 */
function shellCommand(version: string, command: string): RunCommand {
  return async (env, signal) => {
    const own = Object.entries(process.env).filter(([name]) => !/^(?:PG|TENANTRY_|DATABASE_URL$)/.test(name));
    const environment = { ...Object.fromEntries(own), ...env } as Readonly<Record<string, string>>;
    const [program, ...args] =
      process.platform === "win32" ? ["cmd.exe", "/d", "/s", "/c", command] : ["/bin/sh", "-c", command];
    const end = await runKept(
      { program: program!, args, cwd: process.cwd(), seconds: LONGEST, env: environment, told: true },
      signal,
    );
    if (end.how === "ended" && end.code === 0) return;
    throw new Refusal({
      code: "migration-command-failed",
      severity: "blocks",
      where: version,
      what: `The command for migration ${version} ${end.how === "not-started" ? `could not be started (${end.code})` : `ended ${inWords(end, LONGEST)}`}.`,
      todo: "Run it by hand against a copy of such a database to see what it says.",
    });
  };
}

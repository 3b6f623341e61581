/** `--skip`, `--replace` and `--run`: what somebody has decided about single migrations. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { Refusal } from "../../../lib/findings/finding.ts";
import type { Choice, RunCommand } from "../../../lib/rows/upgrade/choices.ts";
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

/** As it was typed, by the shell; what it prints goes where this program's remarks go. */
function shellCommand(version: string, command: string): RunCommand {
  return (env, signal) =>
    new Promise((done, fail) => {
      const child = spawn(command, {
        shell: true,
        stdio: ["ignore", 2, 2],
        env: { ...process.env, ...env },
        signal,
      });
      child.on("error", fail);
      child.on("close", (code, killed) => {
        if (code === 0) return done();
        fail(
          new Refusal({
            code: "migration-command-failed",
            severity: "blocks",
            where: version,
            what: `The command for migration ${version} ended ${code === null ? `by ${killed}` : `with the code ${code}`}.`,
            todo: "Run it by hand against a copy of such a database to see what it says.",
          }),
        );
      });
    });
}

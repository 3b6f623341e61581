/**
 * The worker's own list of commands: a YAML file beside it, `name: { command: [program, argument, …], cwd: … }`. A
 * platform file names one of them; what runs is never said by a form or by the records.
 */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { OutcomeUnknown } from "../../engine/interrupts.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import type { ProgramEnd } from "./processes/keeper.ts";

const commands = z.record(
  z.string(),
  z.strictObject({
    command: z.array(z.string()).min(1),
    cwd: z.string().optional(),
    seconds: z.number().int().positive().max(86_400).default(300),
  }),
);

export interface AllowedCommand {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly seconds: number;
}

/** @throws Refusal where there is no list, it cannot be read, or the name is not on it */
export async function allowedCommand(file: string | null, name: string): Promise<AllowedCommand> {
  if (file === null)
    throw refusal(
      "commands-missing",
      name,
      "This worker has no list of commands.",
      "Set TENANTRY_COMMANDS to its file.",
    );
  let list: z.infer<typeof commands>;
  try {
    list = commands.parse(parse(await readFile(file, "utf8")));
  } catch (cause) {
    const what = "The worker's list of commands cannot be read, or is not one.";
    throw refusal("commands-unreadable", name, what, "Correct the file that TENANTRY_COMMANDS names.", cause);
  }
  const entry = list[name];
  if (entry === undefined)
    throw refusal(
      "command-not-allowed",
      name,
      `The platform file names the command "${name}", which is not on the worker's list.`,
      "Add it to the file that TENANTRY_COMMANDS names, on the worker's machine.",
    );
  const [program, ...args] = entry.command;
  const cwd = resolve(dirname(file), entry.cwd ?? ".");
  return { name, program: program!, args, cwd, seconds: entry.seconds };
}

/** What a program of the platform's gets of this process's environment. */
const KEPT = ["PATH", "HOME", "LANG"];

/**
 * Runs it without a shell and with nothing of the worker's environment but PATH, HOME and LANG, as long as it may and
 * as this process lives; what it has started ends with it.
 *
 * @param told whether what it prints goes to this process's standard error; dropped where not
 * @throws what the signal was aborted with, once everything is ended
 */
export async function runAllowed(
  { program, args, cwd, seconds }: AllowedCommand,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
  told = false,
): Promise<ProgramEnd> {
  const kept = KEPT.flatMap((variable) => {
    const value = process.env[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });
  // Only a worker comes here, and the web's build need not carry what it starts.
  const { runKept } = await import(/* turbopackIgnore: true */ "./processes/kept-program.ts");
  return runKept({ program, args, cwd, seconds, env: { ...Object.fromEntries(kept), ...env }, told }, signal);
}

/**
 * The same on a platform's own database. Its output is dropped.
 *
 * @throws Refusal where it could not be started; OutcomeUnknown where it began and did not end well, or was stopped
 */
export async function runCommand(
  command: AllowedCommand,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const { name } = command;
  const end = await runAllowed(command, env, signal).catch((error): ProgramEnd => {
    // Who stopped it knows; what it has done by then nobody does.
    if (signal.aborted) return { how: "stopped" };
    throw error;
  });
  if (end.how === "ended" && end.code === 0) return;
  if (end.how === "not-started") throw commandNotStarted(name, end.code);
  throw new OutcomeUnknown(endedBadly(name, inWords(end, command.seconds)));
}

/** How it ended, as it follows "ended". */
export function inWords(end: Exclude<ProgramEnd, { how: "not-started" }>, seconds: number): string {
  if (end.how === "ended") return `with the code ${end.code}`;
  if (end.how === "killed") return `by ${end.by}`;
  return end.how === "too-long"
    ? `after ${seconds} seconds, which is all that it may take`
    : "because it was stopped";
}

export function commandNotStarted(name: string, code: string): Refusal {
  const what = `The command "${name}" could not be started (${code}).`;
  return refusal("command-not-started", name, what, "Look at the worker's list of commands.");
}

/** What a command has done before it failed nobody can say. */
function endedBadly(name: string, how: string): Finding {
  return {
    code: "command-failed",
    severity: "warns",
    where: name,
    what: `The command "${name}" ended ${how}; it may have written something.`,
    todo: "Look at what it has left in the platform's database, then reconcile.",
  };
}

function refusal(code: string, where: string, what: string, todo: string, cause?: unknown): Refusal {
  return new Refusal({ code, severity: "blocks", where, what, todo }, { cause });
}

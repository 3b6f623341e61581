/**
 * The worker's own list of commands: a YAML file beside it, `name: { command: [program, argument, …], cwd: … }`. A
 * platform file names one of them; what runs is never said by a form or by the records.
 */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { OutcomeUnknown } from "../../engine/interrupts.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";

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

/**
 * Runs it without a shell and with nothing of the worker's environment but PATH, HOME and LANG. Its output is dropped.
 *
 * @throws Refusal where it could not be started; OutcomeUnknown where it began and did not end well, or was stopped
 */
export function runCommand(
  { name, program, args, cwd, seconds }: AllowedCommand,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const kept = ["PATH", "HOME", "LANG"].flatMap((variable) => {
    const value = process.env[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });
  const environment = { ...Object.fromEntries(kept), ...env } as unknown as NodeJS.ProcessEnv;
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      cwd,
      env: environment,
      stdio: "ignore",
      shell: false,
      timeout: seconds * 1000,
      signal,
    });
    child.on("error", (cause) => {
      if (child.pid === undefined) fail(notStarted(name, cause));
    });
    child.on("close", (code, killed) => {
      if (code === 0) done();
      else
        fail(new OutcomeUnknown(endedBadly(name, code === null ? `by ${killed}` : `with the code ${code}`)));
    });
  });
}

function notStarted(name: string, cause: unknown): Refusal {
  const what = `The command "${name}" could not be started.`;
  return refusal("command-not-started", name, what, "Look at the worker's list of commands.", cause);
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

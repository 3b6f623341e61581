/** Real processes of the project for tests: started, listened to, killed, and looked for afterwards. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../checks/run.ts";

/** Where tests build the console, once for all of them, beside a person's own build. */
export const TESTS_BUILD = ".next-e2e";

export interface StartedProcess {
  readonly child: ChildProcess;
  /** All that it has printed so far, errors included. */
  output(): string;
  /** Waits until the text has been printed; throws with the output when the process ends before. */
  prints(text: string): Promise<void>;
  /** Waits for its end: the exit code, or the signal's name. */
  ends(): Promise<number | string>;
}

const started = new Set<ChildProcess>();

/** Starts a program in the clone, or in another folder, with the environment added to our own. */
export function start(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
  cwd: string = ROOT,
): StartedProcess {
  const env = { ...process.env, ...environment };
  // The tests' own npm is not the one under test.
  if (!("npm_lifecycle_event" in environment)) delete env.npm_lifecycle_event;
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  started.add(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  const ended = new Promise<number | string>((resolve) => {
    child.on("close", (code, signal) => {
      started.delete(child);
      resolve(code ?? (signal as string));
    });
  });
  let running = true;
  void ended.then(() => {
    running = false;
  });
  return {
    child,
    output: () => text,
    async prints(wanted) {
      while (!text.includes(wanted)) {
        if (!running) throw new Error(`It ended before it printed "${wanted}":\n${text}`);
        await sleep(20);
      }
    },
    ends: () => ended,
  };
}

/** For a file's end: whatever a failed test has left running. */
export function killStarted(): void {
  for (const child of started) child.kill("SIGKILL");
}

/** Waits until no process names `text` in its command line; the test's time limit is the limit. */
export async function gone(text: string): Promise<void> {
  while (processesNaming(text).length > 0) await sleep(50);
}

/** Process ids. Reads /proc, as ps is not on every Linux; macOS has ps only. */
export function processesNaming(text: string): number[] {
  const processes = existsSync("/proc/self/cmdline") ? fromProc() : fromPs();
  return processes.filter(({ command }) => command.includes(text)).map(({ pid }) => pid);
}

/** Process ids of those that were given this text in their environment, whatever they call themselves by now. */
export function processesGiven(text: string): number[] {
  if (!existsSync("/proc/self/environ")) {
    const lines = execFileSync("ps", ["-axEo", "pid=,command="], { encoding: "utf8" }).split("\n");
    return lines.filter((line) => line.includes(text)).map((line) => Number.parseInt(line, 10));
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(text))
    .map(Number);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // It has ended, or is somebody else's.
    return "";
  }
}

interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

function fromProc(): RunningProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: commandLine(name) }));
}

function fromPs(): RunningProcess[] {
  const lines = execFileSync("ps", ["-axo", "pid=,command="], { encoding: "utf8" }).split("\n");
  return lines.map((line) => ({ pid: Number.parseInt(line, 10), command: line }));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

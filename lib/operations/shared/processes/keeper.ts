/**
 * A process of its own that runs one program for as long as its standard input stays open, and no longer than it may.
 *
 * Whoever starts it holds the other end of that pipe: however that process ends, by SIGKILL too, the kernel closes it,
 * and the program ends. It leads a group of processes, so that what it has started itself ends with it; so does what it
 * leaves behind. This process has a session of its own: Ctrl-C in the terminal reaches the owner only.
 *
 * The first line of the standard input is the JSON of a `KeptProgram`; how it ended is written to descriptor 3.
 */
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";

export interface KeptProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** That it may take. */
  readonly seconds: number;
}

/** `too-long` and `stopped`: it was ended, by its limit or because the owner asked or is gone. */
export type ProgramEnd =
  | { readonly how: "ended"; readonly code: number }
  | { readonly how: "killed"; readonly by: string }
  | { readonly how: "too-long" }
  | { readonly how: "stopped" }
  | { readonly how: "not-started"; readonly code: string };

/** A program that was asked to end has so long (milliseconds), then its group is killed. */
const PATIENCE = 5_000;

function end(how: ProgramEnd): never {
  try {
    writeSync(3, JSON.stringify(how));
  } catch {
    // The owner is gone, and nobody reads it.
  }
  process.exit(0);
}

function keep({ program, args, cwd, seconds }: KeptProgram): void {
  let ending: "too-long" | "stopped" | null = null;
  const child = spawn(program, args, { cwd, stdio: ["ignore", "inherit", "inherit"], detached: true });
  const signal = (name: "SIGTERM" | "SIGKILL") => {
    try {
      process.kill(-child.pid!, name);
    } catch {
      // Nobody of the group is left.
    }
  };
  const stop = (why: "too-long" | "stopped") => {
    if (ending !== null) return;
    ending = why;
    signal("SIGTERM");
    setTimeout(() => signal("SIGKILL"), PATIENCE);
  };
  child.on("error", (error: NodeJS.ErrnoException) =>
    end({ how: "not-started", code: error.code ?? "unknown error" }),
  );
  child.on("exit", (code, by) => {
    signal("SIGKILL");
    if (ending !== null) end({ how: ending });
    end(code === null ? { how: "killed", by: by ?? "a signal" } : { how: "ended", code });
  });
  setTimeout(() => stop("too-long"), seconds * 1000);
  input.on("close", () => stop("stopped"));
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(name, () => stop("stopped"));
}

const input = createInterface({ input: process.stdin });
input.once("line", (line) => keep(JSON.parse(line) as KeptProgram));

/** A process of the console that a start runs and stops: the web, a worker. */
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ROOT } from "./home.ts";

export interface Child {
  readonly name: string;
  readonly processId: number;
  /** Where its output goes. */
  readonly log: string;
  /** Settles when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** SIGTERM, and SIGKILL when that takes too long. */
  stop(): Promise<void>;
}

const LEASH = fileURLToPath(new URL("./leash.ts", import.meta.url));

/** What an orderly stop may take before the process is killed, in milliseconds. */
const PATIENCE = 15_000;

/** Runs a script under this Node from the project's folder; it ends with this process, however that ends. */
export function runChild(
  name: string,
  script: readonly string[],
  env: NodeJS.ProcessEnv,
  log: string,
): Child {
  const output = openSync(log, "a", 0o600);
  const child = spawn(process.execPath, ["--import", LEASH, ...script], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", output, output],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    name,
    // Node itself is there: we run under it.
    processId: child.pid!,
    log,
    ended,
    async stop() {
      child.kill("SIGTERM");
      const killed = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
      await ended;
      clearTimeout(killed);
    },
  };
}

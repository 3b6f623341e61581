/**
 * A process of its own that runs one PostgreSQL server for as long as its standard input stays open.
 *
 * Whoever starts it holds the other end of that pipe. However that process ends, by SIGKILL too, the kernel
 * closes the pipe, and the server is stopped in order: no server outlives its owner. It runs in a session of
 * its own, so that Ctrl-C in the terminal reaches the owner only, who decides the order of stopping.
 *
 * Usage: node supervisor.ts <JSON of SupervisedServer>
 */
import { spawn } from "node:child_process";
import { openSync, rmSync } from "node:fs";
import type { SystemUser } from "./system-user.ts";

export interface SupervisedServer {
  readonly postgres: string;
  readonly arguments: readonly string[];
  readonly user: SystemUser | null;
  /** The server's standard output and error go to this file. */
  readonly log: string;
  /**
   * SIGINT is a fast shutdown, which keeps the data; SIGQUIT an immediate one, for data that nobody needs
   * (PostgreSQL documentation, 18.5 Shutting Down the Server).
   */
  readonly stopSignal: "SIGINT" | "SIGQUIT";
  /** A folder to remove once the server has stopped. */
  readonly removeAfterwards?: string;
}

/** A fast shutdown that takes longer than this (milliseconds) becomes an immediate one. */
const PATIENCE = 15_000;

const server = JSON.parse(process.argv[2] as string) as SupervisedServer;
const log = openSync(server.log, "a");
const child = spawn(server.postgres, server.arguments, {
  stdio: ["ignore", log, log],
  env: { ...process.env, LC_MESSAGES: "C", LC_ALL: "C" },
  ...(server.user === null ? {} : { uid: server.user.uid, gid: server.user.gid }),
});

function stop(): void {
  child.kill(server.stopSignal);
  setTimeout(() => child.kill("SIGQUIT"), PATIENCE).unref();
}

child.on("error", () => process.exit(1));
child.on("exit", (code) => {
  if (server.removeAfterwards !== undefined)
    rmSync(server.removeAfterwards, { recursive: true, force: true });
  process.exit(code ?? 1);
});
process.stdin.resume();
process.stdin.on("end", stop);
process.stdin.on("error", stop);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, stop);

/** Starting and stopping one embedded PostgreSQL server over an initialised data folder. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ServerBinaries } from "./binaries.ts";
import { diagnose } from "./diagnose.ts";
import { portInUse } from "./problems.ts";
import type { SupervisedServer } from "./supervisor.ts";
import type { SystemUser } from "./system-user.ts";

export interface ServerOptions {
  readonly binaries: ServerBinaries;
  readonly folder: string;
  readonly user: SystemUser | null;
  /** On 127.0.0.1 only; there is no Unix socket. */
  readonly port: number;
  readonly log: string;
  /** Settings of postgresql.conf, for example `{ shared_buffers: "256MB" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The data is of no use afterwards: stop at once, and remove this folder. */
  readonly removeAfterwards?: string;
}

export interface RunningServer {
  readonly port: number;
  /** The supervising process; it ends when the server has. */
  readonly pid: number;
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Stops the server in order and waits for its end. */
  stop(): Promise<void>;
}

const SUPERVISOR = fileURLToPath(new URL("./supervisor.ts", import.meta.url));

/**
 * Starts the server and waits until it accepts connections. It ends with this process, however that ends.
 *
 * Refuses with `port-in-use`, `no-disk-space`, `stale-lock` or `server-did-not-start`.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { folder, port, log } = options;
  if (!existsSync(log)) writeFileSync(log, "", { mode: 0o600 });
  if (!(await isFree(port))) throw portInUse(port);
  const logStart = statSync(log).size;
  const leftOver = readLock(folder);
  const supervised: SupervisedServer = {
    postgres: options.binaries.postgres,
    arguments: ["-D", folder, ...settingArguments(options)],
    user: options.user,
    log,
    stopSignal: options.removeAfterwards === undefined ? "SIGINT" : "SIGQUIT",
    removeAfterwards: options.removeAfterwards,
  };
  const supervisor = spawn(process.execPath, [SUPERVISOR, JSON.stringify(supervised)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    cwd: "/",
  });
  // A supervisor that has gone away already is not worth an exception when its pipe is closed.
  supervisor.stdin.on("error", () => {});
  let running = true;
  const ended = new Promise<void>((resolve) => {
    supervisor.on("close", () => {
      running = false;
      resolve();
    });
  });
  while (!isReady(folder, leftOver)) {
    if (!running) throw diagnose(folder, port, readFileSync(log, "utf8").slice(logStart));
    await sleep(20);
  }
  const stop = async () => {
    supervisor.stdin.end();
    await ended;
  };
  return { port, pid: supervisor.pid as number, ended, stop };
}

/** A port on 127.0.0.1 that nobody listens on at this moment. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.on("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

function settingArguments(options: ServerOptions): string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(options.port),
    unix_socket_directories: "",
    ...options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/**
 * The eighth line of postmaster.pid is the server's state (PostgreSQL source, src/include/utils/pidfile.h). A
 * server that crashed leaves its file behind, with its own process id and start time in it.
 */
function isReady(folder: string, leftOver: string): boolean {
  const lock = readLock(folder);
  return lock !== leftOver && lock.split("\n")[7]?.trim() === "ready";
}

function readLock(folder: string): string {
  try {
    return readFileSync(join(folder, "postmaster.pid"), "utf8");
  } catch {
    return "";
  }
}

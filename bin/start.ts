/**
 * `npm start`: an embedded PostgreSQL in ./var with the demo platform in it and the console beside it, until
 * Ctrl-C. With DATABASE_URL set the demo and the records go to that server instead.
 *
 * Exit codes: 0 stopped as asked, 1 the server ended by itself, 2 it could not start.
 */
import { join } from "node:path";
import { Refusal } from "../lib/findings/finding.ts";
import { describeDatabaseError, NOT_THE_DATABASE } from "../lib/postgres/connection.ts";
import { findServerBinaries } from "../lib/postgres/server/binaries.ts";
import { noDiskSpace } from "../lib/postgres/server/problems.ts";
import { reachableBinaries } from "../lib/postgres/server/reachable.ts";
import { startServer } from "../lib/postgres/server/server.ts";
import { serverUser } from "../lib/postgres/server/system-user.ts";
import { startConsole } from "./start/console.ts";
import { fillDemo } from "./start/demo.ts";
import { awaitFormerServer } from "./start/former-server.ts";
import { type Home, openDataFolder, openHome } from "./start/home.ts";
import { nextSteps, writeEnvironment } from "./start/next-steps.ts";
import { readOptions, type StartOptions, USAGE } from "./start/options.ts";
import { takeStartLock } from "./start/start-lock.ts";
import { whenAskedToStop } from "./start/stop.ts";

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

/** How a wait ended. */
type Outcome = "done" | "asked to stop" | "server ended" | "console ended";

/** Waits for the work, but no longer than until a stop is asked for: what the work then breaks on is no news. */
function until(signal: AbortSignal, work: Promise<Outcome>): Promise<Outcome> {
  const asked = new Promise<Outcome>((resolve) => {
    if (signal.aborted) resolve("asked to stop");
    signal.addEventListener("abort", () => resolve("asked to stop"));
  });
  return Promise.race([work, asked]);
}

/** Fills the demo, brings up the console where it is wanted, and stays until one of them ends or a stop is asked. */
async function serve(
  { port, scale }: StartOptions,
  home: Home,
  server: { readonly url: string; readonly shown: string; readonly ended: Promise<Outcome> | null },
  signal: AbortSignal,
): Promise<Outcome> {
  const ended = server.ended ?? new Promise<Outcome>(() => {});
  const filled = fillDemo(server.url, scale, signal, say).then((): Outcome => "done");
  const outcome = await until(signal, Promise.race([filled, ended]));
  if (outcome !== "done") return outcome;
  writeEnvironment(home, server.url);
  if (port === null) {
    say(nextSteps(home, server.shown, null));
    if (server.ended === null) return "done";
    say("Ctrl-C stops everything.");
    return until(signal, ended);
  }
  const console = await startConsole(home, server.url, port, signal, say);
  try {
    say(nextSteps(home, server.shown, console));
    say("Ctrl-C stops everything.");
    const gone = console.ended.then(({ name, log }): Outcome => {
      if (!signal.aborted)
        process.stderr.write(`The console's ${name} has ended by itself; its last words are in ${log}.\n`);
      return "console ended";
    });
    return await until(signal, Promise.race([ended, gone]));
  } finally {
    await console.stop();
  }
}

async function onOwnServer(url: string, options: StartOptions, signal: AbortSignal): Promise<number> {
  const server = { url, shown: "your own server (DATABASE_URL)", ended: null };
  const outcome = await serve(options, openHome(null), server, signal);
  return outcome === "console ended" ? 1 : 0;
}

async function onEmbeddedServer(options: StartOptions, signal: AbortSignal): Promise<number> {
  const port = options.postgresPort;
  const user = serverUser();
  const home = openHome(user);
  const unlock = takeStartLock(home.folder);
  try {
    const binaries = reachableBinaries(findServerBinaries(), user);
    if (!home.postgres.startsWith(home.folder)) {
      say(`The user "${user?.name}" cannot reach ${home.folder}, so the data is in ${home.postgres}.`);
    }
    const { folder, password } = await openDataFolder(home, binaries, user);
    await awaitFormerServer(folder, say);
    const log = join(home.folder, "postgres.log");
    const server = await startServer({ binaries, folder, user, port, log });
    try {
      const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
      const shown = `PostgreSQL ${binaries.version} on 127.0.0.1:${port}`;
      const ended = server.ended.then((): Outcome => "server ended");
      const outcome = await serve(options, home, { url, shown, ended }, signal);
      if (outcome === "asked to stop") return 0;
      if (outcome === "server ended")
        process.stderr.write(`PostgreSQL has ended by itself; its last words are in ${log}.\n`);
      return 1;
    } finally {
      await server.stop();
    }
  } finally {
    unlock();
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) {
    say(USAGE);
    return 0;
  }
  const signal = whenAskedToStop();
  try {
    const { databaseUrl } = options;
    return await (databaseUrl === undefined
      ? onEmbeddedServer(options, signal)
      : onOwnServer(databaseUrl, options, signal));
  } catch (error) {
    // Whatever breaks because it was asked to stop has stopped.
    if (signal.aborted) return 0;
    throw error;
  }
}

const UNWRITABLE = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"]);

/** One sentence a problem, with what to do. */
function explain(error: unknown): string {
  if (error instanceof Refusal) {
    return error.findings.map(({ what, todo }) => `${what} ${todo ?? ""}`.trim()).join("\n");
  }
  const { code, path } = error as NodeJS.ErrnoException;
  if (code !== undefined && UNWRITABLE.has(code)) {
    return `${path ?? "The var folder"} may not be written: give it to yourself, or let TENANTRY_VAR name another folder.`;
  }
  const { sqlstate, sentence } = describeDatabaseError(error);
  if (code === "ENOSPC" || sqlstate === "53100") {
    return explain(noDiskSpace(process.env.TENANTRY_VAR || "var"));
  }
  return sentence === NOT_THE_DATABASE ? String((error as Error)?.stack ?? error) : sentence;
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(2);
}

/** Brings up the console on a server that runs: records, the demo platform in them, web and worker. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HARBOR_PLATFORM_FILE } from "../../examples/harbor/set-up.ts";
import { Refusal } from "../../lib/findings/finding.ts";
import { openConsole } from "../../lib/operations/console.ts";
import { type GeneratedSignIn, seedConsole } from "../../lib/operations/seed.ts";
import { migrateRecords } from "../../lib/records/migrate.ts";
import { ROW_MEMORY } from "../row-memory.ts";
import { buildConsole, NEXT } from "./build.ts";
import { type Child, runChild } from "./child.ts";
import { consoleEnvironment } from "./console-environment.ts";
import { DEMO, urlOfDatabase } from "./demo.ts";
import type { Home } from "./home.ts";

export interface RunningConsole {
  readonly address: string;
  /** Those that were made by this start; empty ever after. */
  readonly signIns: readonly GeneratedSignIn[];
  /** Where they were written down. */
  readonly signInsFile: string;
  /** Settles with the child that ended by itself. */
  readonly ended: Promise<Child>;
  /** Web first, so that nobody asks for what the worker no longer does. */
  stop(): Promise<void>;
}

/**
 * @throws Refusal where the port is taken, the build fails, or a process does not come up; what was started by
 *   then has been stopped
 */
export async function startConsole(
  home: Home,
  serverUrl: string,
  port: number,
  signal: AbortSignal,
  say: (sentence: string) => void,
): Promise<RunningConsole> {
  await refuseTakenPort(port);
  const env = consoleEnvironment(home, serverUrl, port);
  mkdirSync(env.TENANTRY_BUNDLE_FOLDER!, { recursive: true, mode: 0o700 });
  await migrateRecords(env.TENANTRY_RECORDS_URL!);
  const signInsFile = join(home.folder, "sign-ins.txt");
  const signIns = await seed(env, serverUrl);
  if (signIns.length > 0) writeFileSync(signInsFile, describe(signIns), { mode: 0o600 });
  await buildConsole(join(home.folder, "build.log"), say);
  signal.throwIfAborted();
  const web = runChild(
    "web",
    [NEXT, "start", "--hostname", "127.0.0.1", "--port", String(port)],
    env,
    join(home.folder, "web.log"),
  );
  const worker = runChild("worker", [...ROW_MEMORY, "worker/main.ts"], env, join(home.folder, "worker.log"));
  const stop = async () => {
    await web.stop();
    await worker.stop();
  };
  const ended = Promise.race([web, worker].map((child) => child.ended.then(() => child)));
  const address = `http://localhost:${port}`;
  try {
    await Promise.race([answers(`http://127.0.0.1:${port}/sign-in`, signal), ended.then(endedEarly)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, signIns, signInsFile, ended, stop };
}

async function seed(env: NodeJS.ProcessEnv, serverUrl: string): Promise<readonly GeneratedSignIn[]> {
  const console = await openConsole({ ...process.env, ...env });
  try {
    const { signIns } = await seedConsole(console, {
      platform: {
        text: readFileSync(HARBOR_PLATFORM_FILE, "utf8"),
        folder: join(HARBOR_PLATFORM_FILE, ".."),
        databases: DEMO.map(({ name, region }) => ({
          name: region,
          region: region.slice(0, 2),
          runnerUrl: urlOfDatabase(serverUrl, name),
        })),
      },
    });
    return signIns;
  } finally {
    await console.close();
  }
}

function describe(signIns: readonly GeneratedSignIn[]): string {
  return signIns.map(({ role, email, password }) => `${role}\t${email}\t${password}\n`).join("");
}

/** Milliseconds that a web process may take to answer. */
const PATIENCE = 60_000;

async function answers(url: string, signal: AbortSignal): Promise<void> {
  const late = Date.now() + PATIENCE;
  while (Date.now() < late) {
    signal.throwIfAborted();
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: "manual" }).catch(
      () => null,
    );
    if (response !== null && response.status < 500) return;
    await sleep(100);
  }
  throw new Refusal({
    code: "console-silent",
    severity: "blocks",
    where: url,
    what: "The console does not answer.",
    todo: "Look at web.log in the var folder.",
  });
}

function endedEarly({ name, log }: Child): never {
  throw new Refusal({
    code: "console-ended",
    severity: "blocks",
    where: log,
    what: `The console's ${name} has ended by itself.`,
    todo: `Its last words are in ${log}.`,
  });
}

/** Asked before anything is built: Next would say it half a minute later, and only in its log. */
async function refuseTakenPort(port: number): Promise<void> {
  const free = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
  if (free) return;
  throw new Refusal({
    code: "port-in-use",
    severity: "blocks",
    where: `127.0.0.1:${port}`,
    what: `Something else listens on port ${port}.`,
    todo: "Stop it, or choose another port for the console: npm start -- --port 3001.",
  });
}

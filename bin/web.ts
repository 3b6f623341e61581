/**
 * `npm run web`: the console's web process for production. Configuration comes from the environment alone and is
 * checked before anything listens (docs/operating.md); the records are migrated by whoever starts first.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { readAccessConfig } from "../lib/access/config.ts";
import { Refusal } from "../lib/findings/finding.ts";
import { readConfig } from "../lib/operations/config.ts";
import { describeDatabaseError } from "../lib/postgres/connection.ts";
import { migrateRecords } from "../lib/records/migrate.ts";
import { buildConsole, NEXT } from "./start/build.ts";
import { ROOT } from "./start/home.ts";

const USAGE_EXIT = 2;

async function main(): Promise<void> {
  readAccessConfig();
  const { recordsUrl } = readConfig(process.env);
  await migrateRecords(recordsUrl);
  await buildConsole(join(ROOT, "build.log"), (sentence) => void process.stderr.write(`${sentence}\n`));
  const web = spawn(process.execPath, [NEXT, "start", ...process.argv.slice(2)], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: "production" },
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => web.kill(signal));
  web.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
}

try {
  await main();
} catch (error) {
  const sentences =
    error instanceof Refusal
      ? error.findings.map(({ what, todo }) => [what, todo].filter(Boolean).join(" "))
      : [describeDatabaseError(error).sentence];
  process.stderr.write(`${sentences.join("\n")}\n`);
  process.exit(USAGE_EXIT);
}

/** The console's web build: made when there is none, or when something that it is made of is newer. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../lib/findings/finding.ts";
import { ROOT } from "./home.ts";

const SOURCES = ["app/**/*", "components/**/*", "lib/**/*.ts", "public/**/*", "*.ts", "*.mjs", "*.json"];

/** The build writes the first among its own sources, and reads none of the others. */
const NO_SOURCES = ["next-env.d.ts", "vitest.config.ts", "playwright.config.ts", "drizzle.config.ts"];

/** Beside the build: what it was made of. */
const STAMP = "tenantry-sources";

export const NEXT = join("node_modules", "next", "dist", "bin", "next");

/** Instead of what it was made of: an image's sources never change, but their times do when it is unpacked. */
const FIXED = "fixed";

/**
 * @param fixed builds once and for all, for an image
 * @throws Refusal `build-failed`, with the place of its output
 */
export async function buildConsole(
  log: string,
  say: (sentence: string) => void,
  { fixed = false }: { readonly fixed?: boolean } = {},
): Promise<void> {
  const folder = join(ROOT, process.env.TENANTRY_DIST ?? ".next");
  const stamp = join(folder, STAMP);
  const sources = fixed ? FIXED : describeSources();
  if (existsSync(stamp) && [sources, FIXED].includes(readFileSync(stamp, "utf8"))) return;
  say("Building the console (after each change of its sources; half a minute) …");
  const output: Buffer[] = [];
  const child = spawn(process.execPath, [NEXT, "build"], {
    cwd: ROOT,
    // Types are what `npm run check` looks at.
    env: { ...process.env, NODE_ENV: "production", TENANTRY_BUILD_TYPES: "off" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
  const stopWithUs = () => child.kill("SIGTERM");
  process.once("exit", stopWithUs);
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  process.off("exit", stopWithUs);
  writeFileSync(log, Buffer.concat(output), { mode: 0o600 });
  if (code !== 0)
    throw new Refusal({
      code: "build-failed",
      severity: "blocks",
      where: log,
      what: "The console could not be built.",
      todo: `What the build said is in ${log}.`,
    });
  writeFileSync(stamp, sources);
}

/** Names, sizes and times of every source: cheap, and different whenever one of them is. */
function describeSources(): string {
  const hash = createHash("sha256");
  for (const file of globSync(SOURCES, { cwd: ROOT, exclude: NO_SOURCES }).sort()) {
    const { size, mtimeMs } = statSync(join(ROOT, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

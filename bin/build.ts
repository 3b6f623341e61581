/** Builds the console's web part once and for all, for an image: `npm run web` finds it made and looks no further. */
import { join } from "node:path";
import { Refusal } from "../lib/findings/finding.ts";
import { buildConsole } from "./start/build.ts";
import { ROOT } from "./start/home.ts";

try {
  await buildConsole(join(ROOT, "build.log"), (sentence) => void process.stderr.write(`${sentence}\n`), {
    fixed: true,
  });
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  for (const { what, todo } of error.findings) process.stderr.write(`${what} ${todo ?? ""}\n`);
  process.exitCode = 1;
}

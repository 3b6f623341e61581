/**
 * For writing end-to-end tests: `npm run e2e:serve` keeps a console up, and tests that are started meanwhile use it
 * instead of one of their own. Ctrl-C ends it.
 */
import { rmSync, writeFileSync } from "node:fs";
import { whenAskedToStop } from "../bin/start/stop.ts";
import { runWorld } from "./fixtures/run-world.ts";
import { SERVED } from "./fixtures/world.ts";

const say = (sentence: string) => void process.stdout.write(`${sentence}\n`);
const signal = whenAskedToStop();
const { world, stop } = await runWorld(say);
writeFileSync(SERVED, JSON.stringify({ pid: process.pid, world }), { mode: 0o600 });
say(`The tests' console is at ${world.address}. Ctrl-C ends it.`);
// A signal alone keeps no process alive.
const alive = setInterval(() => {}, 60_000);
await new Promise<void>((resolve) => {
  if (signal.aborted) resolve();
  signal.addEventListener("abort", () => resolve());
});
clearInterval(alive);
rmSync(SERVED, { force: true });
await stop();
process.exit(0);

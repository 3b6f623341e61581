/** Playwright's global set-up: a console for all tests of the run, or the one that `npm run e2e:serve` keeps up. */
import { runWorld } from "./fixtures/run-world.ts";
import { announceWorld, servedWorld } from "./fixtures/world.ts";

export default async function setUp(): Promise<() => Promise<void>> {
  const served = servedWorld();
  if (served !== null) {
    announceWorld(served);
    return async () => {};
  }
  const { world, stop } = await runWorld((sentence) => process.stdout.write(`${sentence}\n`));
  announceWorld(world);
  return stop;
}

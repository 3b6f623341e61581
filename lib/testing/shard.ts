/**
 * What a run of the tests takes of a suite that is too long for it. `npm test` takes its seed from the commit and prints
 * it (TENANTRY_SEED repeats it); `npm run soak` runs every file that reaches this one (bin/checks/soak-tests.ts), whole.
 */

/** How many random cases `npm run soak` was asked for; null in all other runs. */
function soaked(): number | null {
  const runs = process.env.TENANTRY_SOAK_RUNS;
  return runs === undefined ? null : Number(runs);
}

const seedOfRun = () => Number(process.env.TENANTRY_SEED ?? 0);

/** Whether this is `npm run soak`. */
export const isSoak = (): boolean => soaked() !== null;

/**
 * One run's share of the cases: every n-th (of fewer than n, one), another one for each seed. All in a soak run.
 *
 * @param offset moves the share on, where several are taken in one run
 */
export function shard<Case>(cases: readonly Case[], parts: number, offset = 0): Case[] {
  if (isSoak()) return [...cases];
  if (cases.length === 0) throw new Error("a suite without cases has no share");
  const shares = Math.min(parts, cases.length);
  return cases.filter((_, at) => (at + seedOfRun() + offset) % shares === 0);
}

/** How many random cases, and the seed of the first. */
export interface RandomCases {
  readonly runs: number;
  readonly seed: number;
}

/**
 * @param runs in a run of the tests
 * @param perSoak what a soak run takes for each case that it was asked for; never fewer than `runs`
 */
export function randomCases(runs: number, perSoak = 1): RandomCases {
  const asked = soaked();
  if (asked === null) return { runs, seed: seedOfRun() };
  const seed = Number(process.env.TENANTRY_SOAK_SEED ?? seedOfRun());
  return { runs: Math.max(runs, Math.ceil(asked * perSoak)), seed };
}

/**
 * One run's share of a long suite: every n-th case, another one for each seed. `npm test` takes its seed from the
 * commit and prints it (TENANTRY_SEED repeats it); `npm run soak` takes all cases.
 */
export function shard<Case>(cases: readonly Case[], parts: number): Case[] {
  if (process.env.TENANTRY_SOAK_RUNS !== undefined) return [...cases];
  const seed = Number(process.env.TENANTRY_SEED ?? 0);
  const share = cases.filter((_, at) => (at + seed) % parts === 0);
  if (share.length === 0) throw new Error(`${cases.length} cases do not make ${parts} shares`);
  return share;
}

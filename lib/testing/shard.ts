/**
 * One run's share of a long suite: every n-th case (of fewer than n, one), another one for each seed. `npm test` takes its seed from the
 * commit and prints it (TENANTRY_SEED repeats it); `npm run soak` takes all cases.
 *
 * @param offset moves the share on, where several are taken in one run
 */
export function shard<Case>(cases: readonly Case[], parts: number, offset = 0): Case[] {
  if (process.env.TENANTRY_SOAK_RUNS !== undefined) return [...cases];
  const seed = Number(process.env.TENANTRY_SEED ?? 0);
  if (cases.length === 0) throw new Error("a suite without cases has no share");
  const shares = Math.min(parts, cases.length);
  return cases.filter((_, at) => (at + seed + offset) % shares === 0);
}

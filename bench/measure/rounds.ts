/** Runs that alternate: what slows the machine for a while slows both sides. */

/** From so many rows on a run warms its own caches, and is too long to be thrown away. */
export const LONG_RUNS = 1_000_000;

/** A run gives its seconds. */
export type Run = () => Promise<number>;

/**
 * Runs each contender once a round, in turn, the first one changing from round to round, after one round that
 * nobody counts (it warms the caches) where `warmUp` is set.
 *
 * @returns each contender's seconds by round
 */
export async function alternate<Name extends string>(
  contenders: Readonly<Record<Name, Run>>,
  rounds: number,
  warmUp: boolean,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const seconds = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  if (warmUp) for (const name of names) await contenders[name]();
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length]!;
      seconds[name].push(await contenders[name]());
    }
  }
  return seconds;
}

/** Of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Seconds that an act takes. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await act();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

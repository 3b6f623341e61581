/** When a delivery that failed is tried again. Pure but for its jitter. */

/** The first try among them: over about two days. */
export const MOST_TRIES = 12;

const FIRST_S = 15;
const LONGEST_S = 8 * 3600;

/** Seconds before the next try after `tries`; null where there is none. Triples, and no two wait equally long. */
export function nextTry(tries: number, random = Math.random()): number | null {
  if (tries >= MOST_TRIES) return null;
  return Math.min(FIRST_S * 3 ** (tries - 1), LONGEST_S) * (0.75 + random / 2);
}

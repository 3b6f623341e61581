/**
 * Chance without chance: every value is a function of (seed, stream, row), so that a row can be made again
 * without its neighbours and nothing has to be remembered while millions are written.
 */

/** FNV-1a over the text's UTF-16 units: a number for a name. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** An unsigned 32-bit number that looks random and depends on all four (the finaliser of MurmurHash3, chained). */
export function mix(seed: number, stream: number, row: number, salt = 0): number {
  let h = seed ^ Math.imul(stream, 0x9e3779b1);
  h = scramble(h ^ Math.imul(row, 0x85ebca77));
  return scramble(h ^ Math.imul(salt + 1, 0xc2b2ae3d)) >>> 0;
}

function scramble(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A die that is set to a row by `roll` and then thrown as often as the row needs. */
export interface Dice {
  /** Sets the die to a row; the throws after it depend on that row and nothing before. */
  roll(row: number): Dice;
  /** 0 to 2^32 - 1. */
  bits(): number;
  /** 0 to n - 1. */
  below(n: number): number;
  /** Both ends included. */
  between(low: number, high: number): number;
  /** True in about `percent` of a hundred throws. */
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
}

export function createDice(seed: number, stream: string): Dice {
  const tag = seedOf(stream);
  let row = 0;
  let throws = 0;
  const dice: Dice = {
    roll(next) {
      row = next;
      throws = 0;
      return dice;
    },
    bits: () => mix(seed, tag, row, throws++),
    below: (n) => dice.bits() % n,
    between: (low, high) => low + dice.below(high - low + 1),
    chance: (percent) => dice.bits() / 4294967296 < percent / 100,
    pick: (list) => list[dice.below(list.length)] as never,
  };
  return dice;
}

/**
 * Old integer ids to fresh ones, for millions of them in little memory: 8 bytes an id. The old ids stand sorted;
 * the fresh ones, drawn from the sequence in that order, are runs with a constant step wherever nobody else drew
 * in between.
 */

export interface IntegerMap {
  readonly size: number;
  /** The fresh id of an old one, or null where the bundle has no such row. */
  get(old: number): number | null;
  /** An id that was drawn for nobody: no row has it on either side. */
  readonly nobody: number;
  /** For the journal: sorted old ids and the runs of fresh ones. */
  readonly old: Float64Array;
  readonly runs: readonly Run[];
}

/** Fresh ids from the old id of rank `rank` on: `first`, `first + step`, … */
export interface Run {
  readonly rank: number;
  readonly first: number;
  readonly step: number;
}

/** Gathers ids as a bundle is read; they mostly come sorted, and are sorted at the end where not. */
export function createIdGatherer() {
  let ids = new Float64Array(1024);
  let count = 0;
  let sorted = true;
  return {
    add(id: number): void {
      if (count === ids.length) {
        const larger = new Float64Array(ids.length * 2);
        larger.set(ids);
        ids = larger;
      }
      if (count > 0 && id <= ids[count - 1]!) sorted = false;
      ids[count++] = id;
    },
    get size() {
      return count;
    },
    /** Sorted, without repetitions. */
    finish(): Float64Array {
      // A view: of millions, a copy would be as much memory once more.
      const all = ids.subarray(0, count);
      if (sorted) return all;
      all.sort();
      let kept = 0;
      for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[kept++] = all[i]!;
      return all.subarray(0, kept);
    },
  };
}

/** Folds fresh ids, as they are drawn in rank order, into runs. */
export function createRunBuilder() {
  const runs: { rank: number; first: number; step: number }[] = [];
  let rank = 0;
  let previous = 0;
  return {
    add(id: number): void {
      const run = runs.at(-1);
      if (run !== undefined && rank === run.rank + 1) run.step = id - run.first;
      if (run === undefined || id !== previous + run.step) runs.push({ rank, first: id, step: 1 });
      previous = id;
      rank++;
    },
    get size() {
      return rank;
    },
    finish(): Run[] {
      return runs;
    },
  };
}

export function createIntegerMap(old: Float64Array, runs: readonly Run[], nobody: number): IntegerMap {
  return {
    size: old.length,
    old,
    runs,
    nobody,
    get(id) {
      const rank = lowerBound(old.length, (index) => old[index]! < id);
      if (rank === old.length || old[rank] !== id) return null;
      const run = runs[lowerBound(runs.length, (index) => runs[index]!.rank <= rank) - 1]!;
      return run.first + (rank - run.rank) * run.step;
    },
  };
}

/** The first index for which `below` is false. */
function lowerBound(length: number, below: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (below(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Pairs of numbers by the first one, for millions of them that come nearly in order: a few ascending lists instead of one
 * sorted after the fact, so that what has come can be found while more comes. A value that comes far too early begins no
 * disorder: those after it go on in a list of their own.
 */
import { createIntegerMap, createRunBuilder, type IntegerMap, ofRank, rankOf } from "./integer-map.ts";

export interface AscendingLists {
  /** What they take. */
  readonly bytes: number;
  /** False where it would take too many lists. */
  add(old: number, fresh: number): boolean;
  get(old: number): number | null;
  /** Everything as one map; no id may have been added twice. */
  merge(nobody: number): IntegerMap;
}

/** Every one is looked through for a value: with numbers in no order at all there would be thousands. */
const MOST_LISTS = 16;

interface List {
  old: Float64Array<ArrayBuffer>;
  count: number;
  readonly fresh: ReturnType<typeof createRunBuilder>;
}

export function createAscendingLists(): AscendingLists {
  /** The last values of the lists descend: a value goes to the first list that it can go to. */
  const lists: List[] = [];
  return {
    get bytes() {
      return lists.reduce((sum, { old }) => sum + old.byteLength, 0);
    },
    add(old, fresh) {
      let list = lists.find((each) => each.old[each.count - 1]! < old);
      if (list === undefined) {
        if (lists.length === MOST_LISTS) return false;
        list = { old: new Float64Array(64), count: 0, fresh: createRunBuilder() };
        lists.push(list);
      }
      append(list, old, fresh);
      return true;
    },
    get(old) {
      for (const { old: olds, count, fresh } of lists) {
        // Most are asked for as they are added: beyond all that came.
        if (count === 0 || old > olds[count - 1]!) continue;
        const rank = rankOf(olds, count, old);
        if (rank !== -1) return ofRank(fresh.finish(), rank);
      }
      return null;
    },
    merge: (nobody) => merged(lists, nobody),
  };
}

function append(list: List, old: number, fresh: number): void {
  if (list.count === list.old.length) {
    const larger = new Float64Array(list.count * 2);
    larger.set(list.old);
    list.old = larger;
  }
  list.old[list.count++] = old;
  list.fresh.add(fresh);
}

function merged(lists: readonly List[], nobody: number): IntegerMap {
  const [only] = lists;
  if (lists.length === 1 && only !== undefined)
    return createIntegerMap(only.old.subarray(0, only.count), only.fresh.finish(), nobody);
  const runs = createRunBuilder();
  const all = new Float64Array(lists.reduce((sum, { count }) => sum + count, 0));
  const next = lists.map(() => 0);
  for (let filled = 0; filled < all.length; filled++) {
    let least = -1;
    for (let at = 0; at < lists.length; at++) {
      if (next[at] === lists[at]!.count) continue;
      if (least === -1 || lists[at]!.old[next[at]!]! < lists[least]!.old[next[least]!]!) least = at;
    }
    const { old, fresh } = lists[least]!;
    const rank = next[least]!++;
    all[filled] = old[rank]!;
    runs.add(ofRank(fresh.finish(), rank));
  }
  return createIntegerMap(all, runs.finish(), nobody);
}

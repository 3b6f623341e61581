/**
 * Pairs of numbers by the first one, for millions of them that come nearly in order: a few ascending lists instead of one
 * sorted after the fact, so that what has come can be found while more comes. A value that comes far too early begins no
 * disorder: those after it go on in a list of their own.
 */
import { createRunBuilder, type IdList, ofRank, rankOf } from "./integer-map.ts";

export interface AscendingLists {
  /** What they take. */
  readonly bytes: number;
  /** False where it would take too many lists. */
  add(old: number, fresh: number): boolean;
  get(old: number): number | null;
  /** Everything, in as many lists as there are; no id may have been added twice. Nothing is left here. */
  finish(): IdList[];
}

/**
 * A table that was exported in slices has a list for each. All are looked through for a value: with numbers in no order
 * at all there would be thousands.
 */
const MOST_LISTS = 64;

/** Values in one piece: a list that grew by doubling would leave as much behind as it holds. */
const PIECE = 1 << 16;

interface List {
  readonly pieces: Float64Array[];
  count: number;
  last: number;
  readonly fresh: ReturnType<typeof createRunBuilder>;
}

export function createAscendingLists(): AscendingLists {
  /** The last values of the lists descend: a value goes to the first list that it can go to. */
  const lists: List[] = [];
  return {
    get bytes() {
      return lists.reduce((sum, { pieces }) => sum + pieces.length * PIECE * 8, 0);
    },
    add(old, fresh) {
      let list = lists.find(({ last }) => last < old);
      if (list === undefined) {
        if (lists.length === MOST_LISTS) return false;
        list = { pieces: [], count: 0, last: Number.NEGATIVE_INFINITY, fresh: createRunBuilder() };
        lists.push(list);
      }
      append(list, old, fresh);
      return true;
    },
    get(old) {
      for (const list of lists) {
        // Most are asked for as they are added: beyond all that came.
        if (old > list.last) continue;
        const rank = rankOf(old, list.count, (index) => valueAt(list, index));
        if (rank !== -1) return ofRank(list.fresh.finish(), rank);
      }
      return null;
    },
    finish: () => lists.splice(0).map(whole),
  };
}

function append(list: List, old: number, fresh: number): void {
  const at = list.count % PIECE;
  if (at === 0) list.pieces.push(new Float64Array(PIECE));
  list.pieces.at(-1)![at] = old;
  list.last = old;
  list.count++;
  list.fresh.add(fresh);
}

function valueAt({ pieces }: List, index: number): number {
  return pieces[index >>> 16]![index & (PIECE - 1)]!;
}

function whole({ pieces, count, fresh }: List): IdList {
  const old = new Float64Array(count);
  for (let at = 0; at < pieces.length; at++) old.set(pieces[at]!.subarray(0, count - at * PIECE), at * PIECE);
  return { old, runs: fresh.finish() };
}

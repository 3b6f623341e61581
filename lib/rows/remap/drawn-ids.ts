/**
 * Fresh integers for a table's ids while its rows go by: each row's own id is given one as it comes, and a row that is
 * pointed at before it has come is promised one.
 */
import { Refusal } from "../../findings/finding.ts";
import { createAscendingLists } from "./ascending-lists.ts";
import { createIntegerMap, type IntegerMap } from "./integer-map.ts";
import { idTwice } from "./transform-findings.ts";

export interface DrawnIds {
  /** What the map takes, in bytes. */
  readonly bytes: number;
  /** Fresh ids at hand. */
  readonly supplied: number;
  supply(fresh: readonly number[]): void;
  /** The fresh id of a row of the table itself. */
  own(old: number): number;
  /** That of a row which is pointed at; null once the table has ended without such a row. */
  get(old: number): number | null;
  /** An id that is nobody's; there once the table has ended. */
  readonly nobody: number;
  /**
   * Where the table has ended. One fresh id must be at hand.
   *
   * @throws ReadFirst where a row was pointed at that has not come
   */
  close(): IntegerMap;
}

/** At a time: each costs ten times what an id does that came in order. */
const MOST_PROMISED = 20_000;

/**
 * Rows are not as they must be to be given ids as they go by: something points at a row that is nowhere, fewer fresh ids
 * are at hand than are asked for, or ids come in no order. Who knows all of the table's ids beforehand can go on.
 */
export class ReadFirst extends Error {
  constructor() {
    super("ids must be known before the rows are written");
  }
}

/** @param where the qualified column, for findings */
export function createDrawnIds(where: string): DrawnIds {
  const come = createAscendingLists();
  const promised = new Map<number, number>();
  let pool: readonly number[] = [];
  let taken = 0;
  let closed: IntegerMap | null = null;

  function take(): number {
    if (taken === pool.length) throw new ReadFirst();
    return pool[taken++]!;
  }

  return {
    get bytes() {
      return closed === null ? come.bytes : closed.size * Float64Array.BYTES_PER_ELEMENT;
    },
    get supplied() {
      return pool.length - taken;
    },
    supply(ids) {
      pool = [...pool.slice(taken), ...ids];
      taken = 0;
    },
    own(id) {
      const promise = promised.get(id);
      if (promise === undefined && come.get(id) !== null) throw new Refusal(idTwice(where));
      const made = promise ?? take();
      promised.delete(id);
      if (!come.add(id, made)) throw new ReadFirst();
      return made;
    },
    get(id) {
      if (closed !== null) return closed.get(id);
      const known = come.get(id) ?? promised.get(id);
      if (known !== undefined) return known;
      const made = take();
      if (promised.set(id, made).size > MOST_PROMISED) throw new ReadFirst();
      return made;
    },
    get nobody() {
      if (closed === null) throw new ReadFirst();
      return closed.nobody;
    },
    close() {
      if (promised.size > 0) throw new ReadFirst();
      closed = createIntegerMap(come.finish(), take());
      pool = [];
      taken = 0;
      return closed;
    },
  };
}

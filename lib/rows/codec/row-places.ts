/**
 * Rows that COPY gives with their place in front (`ctid`; of a partition tree `tableoid` before it): how far a reading
 * in the order of places has come. PostgreSQL documentation, 5.6 System Columns.
 */

/** Up to where a table, or a partition by its oid, has been read: 0 for a table that has none. */
export type RowPlace = readonly [table: number, block: number, item: number];

export interface RowPlaces {
  /** Reads the place of the row that begins there; gives where its own columns do. */
  read(source: Uint8Array, start: number): number;
  /** Counts the row whose place was read last. */
  take(): void;
  /**
   * The furthest rows since this was asked last, one for each table that they were of. Null once a row has come that
   * lies before another of its table: what a furthest row says of those before it holds no more.
   */
  furthest(): readonly RowPlace[] | null;
}

const TAB = 0x09;
const ZERO = 0x30;
/** An item's number has 16 bits. */
const ITEMS = 0x10000;

/** @param columns 1 where the rows have their `ctid` in front, 2 where `tableoid` and `ctid` */
export function createRowPlaces(columns: 1 | 2): RowPlaces {
  const furthest = new Map<number, number>();
  const touched = new Set<number>();
  let inOrder = true;
  let table = 0;
  let place = 0;
  /** Where a number ended. */
  let end = 0;

  function number(source: Uint8Array, start: number): number {
    let value = 0;
    let at = start;
    for (let digit = digitAt(source, at); digit >= 0 && digit <= 9; digit = digitAt(source, ++at))
      value = value * 10 + digit;
    end = at;
    return value;
  }

  return {
    read(source, start) {
      let at = start;
      if (columns === 2) {
        table = number(source, at);
        at = end + 1;
      }
      // `(block,item)`
      const block = number(source, at + 1);
      const item = number(source, end + 1);
      place = block * ITEMS + item;
      // Nothing more stands in the row where no column is carried.
      return source[end + 1] === TAB ? end + 2 : end + 1;
    },
    take() {
      const before = furthest.get(table);
      touched.add(table);
      if (before !== undefined && before >= place) inOrder = false;
      else furthest.set(table, place);
    },
    furthest() {
      const since = [...touched].map((each): RowPlace => {
        const last = furthest.get(each) as number;
        return [each, Math.floor(last / ITEMS), last % ITEMS];
      });
      touched.clear();
      return inOrder ? since : null;
    },
  };
}

function digitAt(source: Uint8Array, at: number): number {
  return (source[at] as number) - ZERO;
}

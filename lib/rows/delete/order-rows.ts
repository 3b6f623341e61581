/**
 * In which order rows that point at each other go: whoever points first, and those that point at each other in a circle
 * together. Pure: rows are numbers.
 */

export interface RowOrder {
  /** By row: its place, from 1. */
  readonly place: Int32Array;
  /** By row: the last place of those that it must go together with; its own where it goes alone. */
  readonly knot: Int32Array;
}

/** Who points at whom, row by row. */
export interface Pointing {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/**
 * Tarjan's strongly connected components, without recursion: a chain of rows may be as long as the table. They come
 * out with what they point at first, so places are given from the end. About 30 bytes a row and 12 a pointer.
 *
 * @param rows how many there are; they are numbered from 0
 */
export function orderRows(rows: number, pointing: Pointing): RowOrder {
  const { starts, targets } = outgoing(rows, pointing);
  const number = new Int32Array(rows);
  const low = new Int32Array(rows);
  const next = starts.slice(0, rows);
  const open = new Int32Array(rows);
  const way = new Int32Array(rows);
  const isOpen = new Uint8Array(rows);
  const place = new Int32Array(rows);
  const knot = new Int32Array(rows);
  let numbered = 0;
  let opened = 0;
  let left = rows;

  function enter(row: number): void {
    number[row] = low[row] = ++numbered;
    open[opened++] = row;
    isOpen[row] = 1;
  }

  function close(root: number): void {
    const last = left;
    for (let row = -1; row !== root; ) {
      row = open[--opened]!;
      isOpen[row] = 0;
      place[row] = left--;
      knot[row] = last;
    }
  }

  for (let start = 0; start < rows; start++) {
    if (number[start] !== 0) continue;
    let depth = 0;
    way[0] = start;
    enter(start);
    while (depth >= 0) {
      const row = way[depth]!;
      if (next[row]! < starts[row + 1]!) {
        const target = targets[next[row]!]!;
        next[row]!++;
        if (number[target] === 0) {
          way[++depth] = target;
          enter(target);
        } else if (isOpen[target] === 1) {
          low[row] = Math.min(low[row]!, number[target]!);
        }
        continue;
      }
      if (low[row] === number[row]) close(row);
      depth--;
      if (depth >= 0) low[way[depth]!] = Math.min(low[way[depth]!]!, low[row]!);
    }
  }
  return { place, knot };
}

/** The pointers, sorted by whose they are. */
function outgoing(rows: number, { from, to }: Pointing): { starts: Int32Array; targets: Int32Array } {
  const starts = new Int32Array(rows + 1);
  for (const row of from) starts[row + 1]!++;
  for (let row = 0; row < rows; row++) starts[row + 1]! += starts[row]!;
  const at = starts.slice();
  const targets = new Int32Array(to.length);
  for (let each = 0; each < to.length; each++) targets[at[from[each]!]!++] = to[each]!;
  return { starts, targets };
}

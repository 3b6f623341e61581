/** What is different between two sequences, by their longest common subsequence: lines of a file, tables in an order. Pure. */

export interface SequenceStep<T> {
  readonly sign: "same" | "removed" | "added";
  readonly value: T;
  /** Place in the former and in the later sequence, from 0; null where it is not there. */
  readonly before: number | null;
  readonly after: number | null;
}

/** Cells of the table that is filled; beyond that the middle is told as removed and added whole. */
const MOST_CELLS = 4_000_000;

/** The shortest way from one to the other, what is removed before what is added in its place. */
export function sequenceDiff(before: readonly string[], after: readonly string[]): SequenceStep<string>[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail++;
  const same = (at: number, to: number): SequenceStep<string> => ({
    sign: "same",
    value: before[at]!,
    before: at,
    after: to,
  });
  return [
    ...Array.from({ length: head }, (_, at) => same(at, at)),
    ...middle(before, after, head, tail),
    ...Array.from({ length: tail }, (_, at) => same(before.length - tail + at, after.length - tail + at)),
  ];
}

function middle(
  before: readonly string[],
  after: readonly string[],
  head: number,
  tail: number,
): SequenceStep<string>[] {
  const rows = before.length - head - tail;
  const columns = after.length - head - tail;
  const removed = (i: number): SequenceStep<string> => ({
    sign: "removed",
    value: before[head + i]!,
    before: head + i,
    after: null,
  });
  const added = (j: number): SequenceStep<string> => ({
    sign: "added",
    value: after[head + j]!,
    before: null,
    after: head + j,
  });
  if (rows * columns > MOST_CELLS)
    return [
      ...Array.from({ length: rows }, (_, i) => removed(i)),
      ...Array.from({ length: columns }, (_, j) => added(j)),
    ];
  const width = columns + 1;
  /** `longest[i * width + j]`: of what is left from i and from j on. */
  const longest = new Uint32Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--)
    for (let j = columns - 1; j >= 0; j--)
      longest[i * width + j] =
        before[head + i] === after[head + j]
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
  const steps: SequenceStep<string>[] = [];
  let i = 0;
  let j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && before[head + i] === after[head + j]) {
      steps.push({ sign: "same", value: before[head + i]!, before: head + i, after: head + j });
      i++;
      j++;
    } else if (j === columns || (i < rows && longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!))
      steps.push(removed(i++));
    else steps.push(added(j++));
  }
  return steps;
}

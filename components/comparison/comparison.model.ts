/** What a comparison's numbers come to in words and shares. Pure. */
import type { ComparedTable } from "../../lib/rows/compare/compare.ts";

export interface Difference {
  readonly sign: "+" | "−" | "~";
  readonly count: number;
  readonly word: "added" | "removed" | "changed";
}

/** Nothing for a table whose rows are the same. */
export function differencesOf({ added, removed, changed }: ComparedTable): readonly Difference[] {
  const all: readonly Difference[] = [
    { sign: "+", count: added, word: "added" },
    { sign: "−", count: removed, word: "removed" },
    { sign: "~", count: changed, word: "changed" },
  ];
  return all.filter(({ count }) => count > 0);
}

export interface Share {
  readonly kind: "added" | "changed" | "removed" | "same";
  readonly percent: number;
}

/** The least that can be seen. */
const VISIBLE = 2;

/** Of all rows that either side has; what there is can be seen, however little it is. */
export function sharesOf({ rows, added, removed, changed }: ComparedTable): readonly Share[] {
  const all = rows[0] + added;
  const counts = { added, changed, removed };
  const apart = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => ({
      kind: kind as Share["kind"],
      percent: Math.max(VISIBLE, (100 * count) / all),
    }));
  const taken = apart.reduce((sum, { percent }) => sum + percent, 0);
  return taken >= 100 ? apart : [...apart, { kind: "same", percent: 100 - taken }];
}

/** The columns with the most changed rows first: `subject (12)`. */
export function changedColumns({ columns }: ComparedTable): readonly string[] {
  return Object.entries(columns)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} (${count})`);
}

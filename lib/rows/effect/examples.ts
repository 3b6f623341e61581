/** A few of the rows that differ, to look at. Pure. */
import type { CellText, EffectCell, EffectRow } from "./effect.ts";
import { fieldOf, type OrderedRow, textOfField } from "./ordered-rows.ts";
import type { PairedColumn } from "./pair-tables.ts";

/** Rows of a kind that are kept of a table. */
const MOST = 10;

/** Characters of a value that are kept. */
const KEPT = 300;

export function createExamples() {
  const rows: EffectRow[] = [];
  return {
    rows: rows as readonly EffectRow[],
    most: MOST,
    wants: (kind: EffectRow["kind"]) => rows.filter((row) => row.kind === kind).length < MOST,
    take(row: EffectRow): void {
      rows.push(row);
    },
  };
}

/**
 * @param read the columns that the rows' fields are of, behind the mark
 * @param differing of a row that changed
 */
export function exampleOf(
  kind: EffectRow["kind"],
  read: readonly PairedColumn[],
  key: ReadonlySet<PairedColumn>,
  differing: ReadonlySet<PairedColumn>,
  before: OrderedRow | null,
  after: OrderedRow | null,
): EffectRow {
  const cells = read.flatMap((column, at): EffectCell[] => {
    const isKey = key.has(column);
    if (kind === "changed" && !isKey && !differing.has(column)) return [];
    return [
      {
        column: (column.after ?? column.before)!.name,
        class: column.class,
        key: isKey,
        ...(before === null || column.before === null ? {} : { before: cellOf(before, at + 1) }),
        ...(after === null || column.after === null ? {} : { after: cellOf(after, at + 1) }),
      },
    ];
  });
  return { kind, cells };
}

function cellOf(row: OrderedRow, field: number): CellText | null {
  const text = textOfField(fieldOf(row, field));
  if (text === null) return null;
  return text.length <= KEPT
    ? { text }
    : { text: text.slice(0, KEPT).replace(/[\ud800-\udbff]$/, ""), cut: true };
}

/** From a row that differs to what may be kept of it for a page: plain columns only, long values cut. Pure. */
import type { ManifestColumn } from "../../bundle/manifest.ts";
import type { RowDifference } from "../../rows/compare/differences.ts";

/** Rows of a table that a page shows. */
export const ROWS_SHOWN = 20;

/** Days that what a comparison found is kept. */
export const KEPT_DAYS = 30;

/** Characters of a value that are kept. */
export const KEPT = 300;

/** A value as it is shown: NULL is null; `hidden` where the column is not plain. */
export type ShownValue = { readonly text: string | null; readonly cut?: true } | { readonly hidden: true };

export interface ShownRow {
  readonly kind: RowDifference["kind"];
  /** What the row is found by; empty where its table has no key. */
  readonly key: readonly { readonly column: string; readonly value: ShownValue }[];
  /** Of a changed row the columns that differ, of another one all of them. `null` where the side has no such row. */
  readonly cells: readonly {
    readonly column: string;
    readonly before: ShownValue | null;
    readonly after: ShownValue | null;
  }[];
}

type Column = Pick<ManifestColumn, "name" | "class">;
type Line = Readonly<Record<string, unknown>>;

/** @param columns of the table as the first side's manifest classifies them */
export function shownRow(row: RowDifference, columns: readonly Column[], key: readonly string[]): ShownRow {
  const before = row.before === null ? null : (JSON.parse(row.before) as Line);
  const after = row.after === null ? null : (JSON.parse(row.after) as Line);
  const either = (before ?? after)!;
  const differing = columns.filter(
    ({ name }) => before === null || after === null || before[name] !== after[name],
  );
  return {
    kind: row.kind,
    key: columns
      .filter(({ name }) => key.includes(name))
      .map((column) => ({ column: column.name, value: shown(either, column) })),
    cells: differing
      .filter(({ name }) => row.kind === "changed" || !key.includes(name))
      .map((column) => ({
        column: column.name,
        before: before === null ? null : shown(before, column),
        after: after === null ? null : shown(after, column),
      })),
  };
}

function shown(line: Line, { name, class: kind }: Column): ShownValue {
  if (kind !== "plain") return { hidden: true };
  const value = line[name];
  if (value === null || value === undefined) return { text: null };
  const text = String(value);
  return text.length <= KEPT
    ? { text }
    : { text: text.slice(0, KEPT).replace(/[\ud800-\udbff]$/, ""), cut: true };
}

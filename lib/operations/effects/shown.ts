/** From the rows of an effect to what is shown of them: secrets never, personal columns only to who asked. Pure. */
import type { CellText, EffectCell, EffectRow } from "../../rows/effect/effect.ts";
import type { ShownRow, ShownValue } from "../comparisons/shown-row.ts";

/** Days that what a worker has seen is kept. */
export const KEPT_DAYS = 30;

/** Minutes that personal columns are shown to who asked for them, and kept at all. */
export const PERSONAL_MINUTES = 60;

export function shownEffectRow({ kind, cells }: EffectRow, withPersonal: boolean): ShownRow {
  const value = ({ class: of }: EffectCell, text: CellText | null | undefined): ShownValue | null => {
    if (text === undefined) return null;
    if (of !== "plain" && !(of === "personal" && withPersonal)) return { hidden: true };
    return text === null ? { text: null } : text;
  };
  const [keys, others] = [cells.filter(({ key }) => key), cells.filter(({ key }) => !key)];
  return {
    kind,
    key: keys.map((cell) => ({
      column: cell.column,
      value: value(cell, cell.after === undefined ? cell.before : cell.after) ?? { text: null },
    })),
    cells: others.map((cell) => ({
      column: cell.column,
      before: value(cell, cell.before),
      after: value(cell, cell.after),
    })),
  };
}

/** Whether one of them shows more to who asks for it. */
export function hasPersonal(rows: readonly EffectRow[]): boolean {
  return rows.some(({ cells }) => cells.some((cell) => cell.class === "personal"));
}

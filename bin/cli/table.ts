/** Aligned columns for people. */
import { cutTo, displayWidth, oneLine, wrap } from "./plain-text.ts";
import type { Style } from "./style.ts";

export interface TableColumn {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly align?: "right";
}

const GAP = 2;

/** One line a row under a line of titles; only the last column is cut where the terminal is too narrow. */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  style: Style,
  indent = 0,
): string[] {
  const cells = rows.map((row) => row.map(oneLine));
  const widths = columns.map(({ title }, at) =>
    Math.max(displayWidth(title), ...cells.map((row) => displayWidth(row[at] ?? ""))),
  );
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP, indent);
  const lastWidth = Math.max(8, style.tableWidth - before);
  const line = (row: readonly string[]) =>
    " ".repeat(indent) +
    columns
      .map(({ align }, at) => {
        const cell = row[at] ?? "";
        if (at === columns.length - 1 && align !== "right") return cutTo(cell, lastWidth);
        const space = " ".repeat(widths[at]! - displayWidth(cell));
        return align === "right" ? space + cell : cell + space;
      })
      .join(" ".repeat(GAP))
      .trimEnd();
  return [style.dim(line(columns.map(({ title }) => title))), ...cells.map(line)];
}

/** A name and what there is to say of it, a line each; long ones go on under themselves. */
export function facts(pairs: readonly (readonly [name: string, value: string])[], style: Style): string[] {
  const width = Math.max(...pairs.map(([name]) => name.length)) + GAP;
  return pairs.flatMap(([name, value]) =>
    wrap(oneLine(value), Math.max(20, style.width - width - GAP)).map(
      (line, at) =>
        `${" ".repeat(GAP)}${at === 0 ? style.dim(name.padEnd(width)) : " ".repeat(width)}${line}`,
    ),
  );
}

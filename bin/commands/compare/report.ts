/** A comparison in words and in JSON. */
import type { ComparedTable } from "../../../lib/rows/compare/compare.ts";
import { count, plural } from "../../cli/quantities.ts";
import type { Style } from "../../cli/style.ts";
import { table } from "../../cli/table.ts";
import type { Compared } from "./compare.ts";

export function comparisonText({ comparison, names, live }: Compared, style: Style): string[] {
  const { equal, tables } = comparison;
  const [first, second] = names;
  const rows = tables.reduce((sum, each) => sum + each.rows[0], 0);
  const apart = tables.filter(({ added, removed, changed }) => added + removed + changed > 0);
  if (equal) {
    const holding = live ? "; all references of the live tenant hold" : "";
    return [
      `${style.green("Equal.")} ${first} and ${second}: ${plural(rows, "row")} in ${plural(tables.length, "table")}, row for row${holding}.`,
    ];
  }
  const where =
    apart.length === 0 ? "not in their rows" : `${count(apart.length)} of ${plural(tables.length, "table")}`;
  return [
    `${style.red("Different.")} ${first} and ${second}: ${where}.`,
    ...(apart.length === 0 ? [] : ["", ...differences(apart, names, style)]),
  ];
}

function differences(
  apart: readonly ComparedTable[],
  [first, second]: readonly [string, string],
  style: Style,
): string[] {
  const rows = apart.map(({ table: id, removed, added, changed, columns }) => [
    id,
    count(removed),
    count(added),
    count(changed),
    Object.entries(columns)
      .map(([name, number]) => (number === changed ? name : `${name} (${count(number)})`))
      .join(", "),
  ]);
  return [
    ...table(
      [
        { title: "table" },
        { title: "only A", align: "right" },
        { title: "only B", align: "right" },
        { title: "changed", align: "right" },
        { title: "in" },
      ],
      rows,
      style,
      2,
    ),
    style.dim(`  A: ${first}, B: ${second}`),
  ];
}

export function comparisonJson({ comparison, names }: Compared): object {
  return { sides: names, equal: comparison.equal, tables: comparison.tables };
}

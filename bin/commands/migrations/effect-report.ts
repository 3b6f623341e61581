/** What a migration does to a tenant's rows, in words and in JSON. Pure. */
import { columnWords, fateOf, rowWords } from "../../../components/effect/effect.model.ts";
import type { ShownValue } from "../../../lib/operations/comparisons/shown-row.ts";
import { shownEffectRow } from "../../../lib/operations/effects/shown.ts";
import type { Effect, EffectRow, TableEffect } from "../../../lib/rows/effect/effect.ts";
import { isChanged } from "../../../lib/rows/effect/is-changed.ts";
import { count, plural } from "../../cli/quantities.ts";
import type { Style } from "../../cli/style.ts";

export interface SeenEffect {
  readonly effect: Effect;
  /** The bundle's. */
  readonly file: string;
  readonly version: string;
  readonly to: string;
  /** Whether personal columns of rows are shown. */
  readonly personal: boolean;
}

export function effectJson({ effect, file, version, to, personal }: SeenEffect): object {
  const { findings: _, tables, ...facts } = effect;
  return {
    file,
    version,
    to,
    ...facts,
    tables: tables.map(({ examples, ...table }) => ({
      ...table,
      rowsShown: examples.map((row) => shownEffectRow(row, personal)),
    })),
  };
}

/** Rows of a table that are shown to people. */
const SHOWN = 5;

export function effectText({ effect, version, to, personal }: SeenEffect, style: Style): string[] {
  const changed = effect.tables.filter(isChanged);
  const same = effect.tables.length - changed.length;
  const what = version === to ? `Migration ${version}` : `Migrations ${version} to ${to}`;
  const head = `${style.bold(what)}, on PostgreSQL ${effect.postgres}, from version ${effect.before ?? "none"}.`;
  const rest = `${plural(same, "table")} as before, row for row.`;
  if (changed.length === 0) return [head, `Nothing of the tenant is different: ${rest}`];
  return [head, ...changed.flatMap((table) => tableText(table, personal, style)), "", style.dim(rest)];
}

function tableText(table: TableEffect, personal: boolean, style: Style): string[] {
  const { examples, rows } = table;
  const fate = fateOf(table);
  const words = rowWords(table).map(({ sign, count: number, word }) =>
    number === null ? word : `${sign} ${count(number)} ${word}`,
  );
  return [
    "",
    `${style.bold(table.table)}${fate === null ? "" : ` (${fate.word})`}: ${count(rows[0])} → ${plural(rows[1], "row")}${words.length === 0 ? "" : `, ${words.join(", ")}`}`,
    ...table.columns.map((column) => {
      const { sign, text } = columnWords(column);
      return `  ${sign} ${column.name}  ${style.dim(text)}`;
    }),
    ...examples.slice(0, SHOWN).map((row) => `    ${rowText(row, personal)}`),
    ...(examples.length > SHOWN ? [style.dim("    …")] : []),
  ];
}

function rowText(row: EffectRow, personal: boolean): string {
  const { kind, key, cells } = shownEffectRow(row, personal);
  const name = key.map(({ column, value }) => `${column} ${valueText(value)}`).join(", ");
  const shown = cells.slice(0, SHOWN).map(({ column, before, after }) => {
    const sides = [before, after].filter((side) => side !== null).map(valueText);
    return `${column} ${sides.join(" → ")}`;
  });
  return `${kind} ${name}${name === "" || shown.length === 0 ? "" : ": "}${shown.join(", ")}${cells.length > SHOWN ? ", …" : ""}`;
}

function valueText(value: ShownValue): string {
  if ("hidden" in value) return "•••";
  return value.text === null ? "NULL" : `${JSON.stringify(value.text)}${value.cut === true ? "…" : ""}`;
}

/**
 * By which values the rows of an import point at rows outside the tenant, noted while they go by: to ask the database
 * for them again would be one more pass over rows that have just been written.
 */
import type { Manifest } from "../../bundle/manifest.ts";
import { qualifiedColumn, qualifiedName } from "../../postgres/identifiers.ts";
import type { Reference } from "../../tenancy/model.ts";
import { createRepeats } from "../codec/repeats.ts";
import type { FieldTransform, RowView } from "../field-transform.ts";

/** Among so many values and no more a row is looked for by each. */
export const FEW = 10_000;

export interface OutsideValues {
  /** What was given, and every value of the columns at hand noted behind it. */
  readonly transforms: ReadonlyMap<string, readonly (FieldTransform | null)[]>;
  /** After the rows went by: values as texts by qualified column; of columns with more than `FEW` there are none. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/**
 * @param references those that lead outside; of several columns at once none is noted
 * @param transforms by qualified table name, one for each of the manifest's columns
 */
export function noteOutsideValues(
  manifest: Manifest,
  references: readonly Pick<Reference, "from">[],
  transforms: ReadonlyMap<string, readonly (FieldTransform | null)[]>,
): OutsideValues {
  const noted = new Map<string, Set<string>>();
  const wanted = new Set(
    references
      .filter(({ from }) => from.columns.length === 1)
      .map(({ from }) => qualifiedColumn(from.table, from.columns[0]!)),
  );
  const noting = manifest.tables.map(({ schema, name, columns }) => {
    const table = qualifiedName(schema, name);
    const own = transforms.get(table);
    const after = columns.map((column, at) => {
      const where = qualifiedColumn(table, column.name);
      const transform = own?.[at] ?? null;
      if (!wanted.has(where)) return transform;
      const values = new Set<string>();
      noted.set(where, values);
      return notingTransform(transform, values);
    });
    return [table, after] as const;
  });
  return {
    transforms: new Map(noting),
    get values() {
      return new Map(
        [...noted].filter(([, values]) => values.size <= FEW).map(([where, values]) => [where, [...values]]),
      );
    },
  };
}

function notingTransform(transform: FieldTransform | null, values: Set<string>): FieldTransform {
  const repeats = createRepeats();
  const note = (value: Buffer) => {
    if (values.size <= FEW && !repeats(value)) values.add(value.toString("utf8"));
  };
  return (row: RowView, column: number) => {
    const changed = transform?.(row, column);
    if (changed) note(changed);
    else if (changed === undefined && !row.isNull(column)) note(row.bytes(column));
    return changed;
  };
}

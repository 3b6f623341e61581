/** Which sampled values are keys of rows that are there. */
import type pg from "pg";
import type { Catalog, Column, Table } from "../../catalog/catalog.ts";
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { isInteger, isText, isUuid } from "../../tenancy/column-types.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { isOwnKey } from "../../tenancy/own-keys.ts";
import { isReadable } from "../readable.ts";
import { inBatches, TABLES_AT_ONCE } from "./batches.ts";

const LOOKED_UP_AT_ONCE = 5_000;

/** A column that identifies a row. */
export interface Target {
  readonly table: Table;
  readonly column: Column;
}

/** Keys of owned and common tables that identify a row alone; a key that is another table's is that one's. */
export function targetsOf(catalog: Catalog, model: TenancyModel): Target[] {
  return [...model.tables.values()]
    .filter((table) => table.common !== null || model.loadOrder.includes(table.id))
    .flatMap(({ id }) => {
      const table = catalog.tables.get(id)!;
      if (!isReadable(catalog, table)) return [];
      return table.columns
        .filter(
          ({ name, baseType }) =>
            isOwnKey(table, name) && (isUuid(baseType) || isInteger(baseType) || isText(baseType)),
        )
        .filter(({ name }) => !table.foreignKeys.some(({ columns }) => columns.includes(name)))
        .map((column) => ({ table, column }));
    });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** A word shorter than this may stand in many columns and mean many things. */
const SHORTEST_WORD = 10;

/** What a key's values are, as the type that they are looked up as. */
export type KeyKind = "uuid" | "int8" | "text";

export function kindOf({ column }: Target): KeyKind {
  if (isUuid(column.baseType)) return "uuid";
  return isInteger(column.baseType) ? "int8" : "text";
}

export function couldBe(kind: KeyKind, value: string): boolean {
  if (kind === "uuid") return UUID.test(value);
  if (kind === "int8") return /^[1-9]\d{0,8}$/.test(value);
  return value.length >= SHORTEST_WORD && value.length <= 64;
}

/** `Enterprise` is not the key `enterprise`; a uuid's letters may be large or small, and citext's. */
export function asCompared({ column }: Target, value: string): string {
  return isUuid(column.baseType) || column.baseType.endsWith(".citext") ? value.toLowerCase() : value;
}

/** Which of the values are keys of each target, as they are compared. The values travel once for several of them. */
export async function idsAmong(
  client: pg.ClientBase,
  kind: KeyKind,
  targets: readonly Target[],
  values: readonly string[],
): Promise<ReadonlySet<string>[]> {
  const found = targets.map(() => new Set<string>());
  const numbered = targets.map((target, at) => ({ target, at }));
  for (const asked of inBatches(values, LOOKED_UP_AT_ONCE))
    for (const some of inBatches(numbered, TABLES_AT_ONCE)) {
      const { rows } = await client.query<[number, string]>({
        text: some.map(({ target, at }) => lookUp(target, at, kind)).join(" UNION ALL "),
        values: [asked],
        rowMode: "array",
      });
      for (const [at, id] of rows) found[at]!.add(asCompared(targets[at]!, id.trimEnd()));
    }
  return found;
}

function lookUp({ table, column }: Target, at: number, kind: KeyKind): string {
  const name = quoteIdentifier(column.name);
  return `SELECT ${at}, ${name}::text FROM ${quoteQualified(table.schema, table.name)} WHERE ${name} = ANY ($1::${kind}[])`;
}

/**
 * What became of a tenant's rows between two moments, by a judge that shares no code with the library: it asks the
 * database for each table's identity and all its values as text, and counts in maps.
 */
import type pg from "pg";
import type { OracleSpec } from "./oracle-spec.ts";

interface TableState {
  readonly oid: number;
  readonly name: string;
  /** By attnum. */
  readonly columns: ReadonlyMap<number, { readonly name: string; readonly type: string }>;
  /** By the id's text: values by attnum. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<number, string | null>>;
}

export type TenantState = readonly TableState[];

/** @param key the tenant key's text. Every table of these platforms has the key `id`. */
export async function readTenantState(
  client: pg.ClientBase,
  { tables }: OracleSpec,
  key: string,
): Promise<TenantState> {
  const states: TableState[] = [];
  for (const { name, owned } of tables) {
    const { rows: columns } = await client.query<{ oid: number; n: number; name: string; type: string }>(
      `SELECT attrelid::int8::int4 AS oid, attnum AS n, attname AS name, format_type(atttypid, atttypmod) AS type
         FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [name],
    );
    const values = columns.map((column) => `t."${column.name}"::text`).join(", ");
    const { rows } = await client.query<{ id: string; row: (string | null)[] }>(
      `SELECT t.id::text AS id, ARRAY[${values}] AS row FROM ${name} t WHERE ${owned.replaceAll("$1", "$1::text")}`,
      [key],
    );
    states.push({
      oid: columns[0]!.oid,
      name,
      columns: new Map(columns.map((column) => [column.n, column])),
      rows: new Map(rows.map(({ id, row }) => [id, new Map(columns.map(({ n }, at) => [n, row[at]!]))])),
    });
  }
  return states;
}

export interface Expected {
  readonly table: string;
  readonly was: string | null;
  readonly is: string;
  readonly rows: readonly [number, number];
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** `name (was, is): type to type, values`, sorted. */
  readonly columns: readonly string[];
}

/** By name. */
export function expectedEffect(before: TenantState, after: TenantState): Expected[] {
  const gone = before.filter(({ oid }) => !after.some((each) => each.oid === oid));
  const all = [
    ...after.map((now) => [before.find(({ oid }) => oid === now.oid) ?? null, now] as const),
    ...gone.map((was) => [was, null] as const),
  ];
  return all.map(([was, now]) => ofTable(was, now)).sort((a, b) => (a.table < b.table ? -1 : 1));
}

function ofTable(was: TableState | null, now: TableState | null): Expected {
  const [these, those] = [was?.rows ?? new Map(), now?.rows ?? new Map()];
  const both = [...these.keys()].filter((id) => those.has(id));
  const places = [...new Set([...(was?.columns.keys() ?? []), ...(now?.columns.keys() ?? [])])];
  const differs = (id: string, n: number) =>
    (these.get(id).get(n) ?? null) !== (those.get(id).get(n) ?? null);
  const columns = places.flatMap((n) => {
    const [a, b] = [was?.columns.get(n), now?.columns.get(n)];
    const values = both.filter((id) => differs(id, n)).length;
    const is = a === undefined ? "new" : b === undefined ? "gone" : "kept";
    const renamed = a !== undefined && b !== undefined && a.name !== b.name ? a.name : null;
    if (is === "kept" && renamed === null && a!.type === b!.type && values === 0) return [];
    return [
      describeColumn({
        name: (b ?? a)!.name,
        was: renamed,
        is,
        type: [a?.type ?? null, b?.type ?? null],
        values,
      }),
    ];
  });
  return {
    table: (now ?? was)!.name,
    was: was !== null && now !== null && was.name !== now.name ? was.name : null,
    is: was === null ? "new" : now === null ? "gone" : "kept",
    rows: [these.size, those.size],
    added: those.size - both.length,
    removed: these.size - both.length,
    changed: both.filter((id) => places.some((n) => differs(id, n))).length,
    columns: was === null || now === null ? [] : columns.sort(),
  };
}

export function describeColumn(column: {
  readonly name: string;
  readonly was: string | null;
  readonly is: string;
  readonly type: readonly (string | null)[];
  readonly values: number | null;
}): string {
  return `${column.name} (${column.was}, ${column.is}): ${column.type.join(" to ")}, ${column.values}`;
}

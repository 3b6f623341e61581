/**
 * Everybody else: every row of every table that is not the tenant's, as hashes. Read before and after, it shows
 * whether an import touched anything that it should not have.
 */
import type pg from "pg";
import type { OracleSpec } from "./oracle-spec.ts";

/** By table as SQL writes it: the sorted MD5s of its rows' text. */
export type Residents = ReadonlyMap<string, readonly string[]>;

const ALL_TABLES = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name,
         (SELECT s.owned FROM unnest($1::text[], $2::text[]) s(name, owned) WHERE to_regclass(s.name) = c.oid) AS owned
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'tenantry')
   ORDER BY 1`;

/** Whole tables; without the rows of the tenant with this key where one is given. */
export async function readResidents(
  client: pg.ClientBase,
  spec: OracleSpec,
  withoutKey: string | null = null,
): Promise<Residents> {
  const { rows: tables } = await client.query<{ name: string; owned: string | null }>(ALL_TABLES, [
    spec.tables.map((table) => table.name),
    spec.tables.map((table) => table.owned),
  ]);
  const residents = new Map<string, string[]>();
  for (const { name, owned } of tables) {
    const condition = owned === null || withoutKey === null ? "true" : `(${owned}) IS NOT TRUE`;
    const { rows } = await client.query<{ hash: string }>(
      `SELECT md5(t::text) AS hash FROM ${name} t WHERE ${condition} ORDER BY 1`,
      condition === "true" ? [] : [withoutKey],
    );
    residents.set(
      name,
      rows.map((row) => row.hash),
    );
  }
  return residents;
}

/** One line a table that changed: `public.users: 0 rows gone, 3 new`. */
export function changedResidents(before: Residents, after: Residents): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const gone = without(before.get(name) ?? [], after.get(name) ?? []);
    const added = without(after.get(name) ?? [], before.get(name) ?? []);
    return gone + added === 0 ? [] : [`${name}: ${gone} rows gone, ${added} new`];
  });
}

/** How many of a multiset are not in another. */
function without(these: readonly string[], those: readonly string[]): number {
  const left = new Map<string, number>();
  for (const each of those) left.set(each, (left.get(each) ?? 0) + 1);
  return these.filter((each) => {
    const count = left.get(each) ?? 0;
    if (count > 0) left.set(each, count - 1);
    return count === 0;
  }).length;
}

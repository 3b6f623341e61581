/** A tenant's rows letter by letter, for imports that keep every id. */
import type pg from "pg";
import type { OracleSpec, Side } from "./oracle-spec.ts";

/** By table: the sorted text of each row, with declared changes as the specification says them for this side. */
export async function readExactRows(
  client: pg.ClientBase,
  spec: OracleSpec,
  key: string,
  side: Side,
): Promise<Record<string, string[]>> {
  const tables: Record<string, string[]> = {};
  for (const table of spec.tables) {
    const changed = Object.entries(table.becomes ?? {});
    // By name: the other side may have its columns in another order.
    const { rows: columns } = await client.query<{ name: string; list: string }>(
      `SELECT attname AS name, format('t.%I', attname) AS list FROM pg_catalog.pg_attribute
        WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname`,
      [table.name],
    );
    const list = columns.map(
      ({ name, list }) => changed.find(([column]) => column === name)?.[1][side] ?? list,
    );
    const { rows } = await client.query<{ line: string }>(
      `SELECT ROW(${list.join(", ")})::text AS line FROM ${table.only ? "ONLY " : ""}${table.name} t WHERE ${table.owned} ORDER BY 1`,
      [key],
    );
    tables[table.name] = rows.map((row) => row.line);
  }
  return tables;
}

/** Takes a tenant away as if it never had been: every owned row, and what is `also` its own. */
export async function forget(
  client: pg.ClientBase,
  spec: OracleSpec,
  key: string,
  also: readonly { readonly name: string; readonly owned: string }[] = [],
): Promise<void> {
  await client.query("BEGIN");
  await client.query("SET LOCAL session_replication_role = replica");
  // Ids are collected before anything is gone: ownership runs through the very rows that are deleted.
  const places: [string, string[]][] = [];
  for (const { name, owned } of [...spec.tables, ...also]) {
    const { rows } = await client.query<{ place: string }>(
      `SELECT t.ctid::text AS place FROM ${name} t WHERE ${owned}`,
      [key],
    );
    places.push([name, rows.map((row) => row.place)]);
  }
  for (const [name, ctids] of places)
    await client.query(`DELETE FROM ${name} WHERE ctid = ANY ($1::text[]::tid[])`, [ctids]);
  await client.query("COMMIT");
}

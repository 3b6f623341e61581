/**
 * Where a bundle's rows wait until it is known which of them are not there: in temporary tables, from which only those
 * are inserted. The other ones are not touched.
 */
import type pg from "pg";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { quoteColumns, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { operatorBetween } from "../../tenancy/column-types.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { CyclicLoad } from "../import/cyclic-load.ts";
import { keyOf, onlyOf } from "./doomed-tables.ts";

export interface MissingRows extends CyclicLoad {
  /** By table: how many were inserted. */
  readonly inserted: ReadonlyMap<string, number>;
}

/**
 * @param left for tables without a key: SQL of the tenant's rows that are there, under the alias `l`, after FROM
 */
export function missingRows(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  left: (table: string) => string,
): MissingRows {
  const waiting = new Map<string, Waiting>();
  const inserted = new Map<string, number>();
  return {
    inserted,
    waits: () => true,
    async prepare(id, columns) {
      const table = catalog.tables.get(id)!;
      const place = `pg_temp.${quoteIdentifier(`tenantry_missing_${waiting.size + 1}`)}`;
      // AS, not LIKE: no constraint, default or generation may look at a row before its real table does.
      await client.query(
        `CREATE TEMPORARY TABLE ${place} ON COMMIT DROP AS SELECT ${quoteColumns(columns)} FROM ${quoteQualified(table.schema, table.name)} WHERE false`,
      );
      waiting.set(id, { table, place, columns, done: false });
      return place;
    },
    async complete(id) {
      waiting.get(id)!.done = true;
      const together = model.cycles.find((cycle) => cycle.includes(id)) ?? [id];
      // A circle is inserted by one statement, whose foreign keys are looked at when it ends.
      if (!together.every((member) => waiting.get(member)?.done)) return;
      const members = together.map((member) => waiting.get(member)!);
      const inserts = members.map(
        (each, at) => `w${at} AS (${insertMissing(each, model, left)} RETURNING 1)`,
      );
      const counts = members.map((_, at) => `(SELECT count(*) FROM w${at})::float8`);
      const { rows } = await client.query<{ counts: number[] }>(
        `WITH ${inserts.join(",\n")}\nSELECT ARRAY[${counts.join(", ")}] AS counts`,
      );
      for (const [at, member] of together.entries()) inserted.set(member, rows[0]!.counts[at]!);
      for (const { place } of members) await client.query(`DROP TABLE ${place}`);
    },
  };
}

interface Waiting {
  readonly table: Table;
  readonly place: string;
  readonly columns: readonly string[];
  done: boolean;
}

function insertMissing(
  { table, place, columns }: Waiting,
  model: TenancyModel,
  left: (table: string) => string,
): string {
  const into = `INSERT INTO ${quoteQualified(table.schema, table.name)} (${quoteColumns(columns)}) OVERRIDING SYSTEM VALUE`;
  const list = quoteColumns(columns, "w");
  const key = keyOf(table);
  if (key?.every((name) => columns.includes(name))) {
    const same = key.map((name) => {
      const type = table.columns.find((column) => column.name === name)!.baseType;
      return `${quoteColumns([name], "l")} ${operatorBetween(type, type, "=")} ${quoteColumns([name], "w")}`;
    });
    return `${into} SELECT ${list} FROM ${place} w
      WHERE NOT EXISTS (SELECT FROM ${onlyOf(table)}${quoteQualified(table.schema, table.name)} l WHERE ${same.join(" AND ")})`;
  }
  // Rows that look the same are the same: as many are inserted as are too few. What no bundle has says nothing.
  const told = model.tables
    .get(table.id)!
    .columns.filter(
      ({ name, class: of, secretPaths }) =>
        columns.includes(name) && of !== "secret" && secretPaths.length === 0,
    )
    .map(({ name }) => name);
  const text = (alias: string) => `ROW(${quoteColumns(told, alias)})::text`;
  return `${into} SELECT ${list}
      FROM (SELECT w.*, ${text("w")} AS tenantry_text, row_number() OVER (PARTITION BY ${text("w")}) AS tenantry_nth FROM ${place} w) w
      LEFT JOIN (SELECT ${text("l")} AS tenantry_text, count(*) AS tenantry_there FROM ${left(table.id)} GROUP BY 1) l
        ON l.tenantry_text = w.tenantry_text
     WHERE w.tenantry_nth > coalesce(l.tenantry_there, 0)`;
}

/** The SQL of a delete: which rows are recorded, in which order, and how a batch of them goes. Pure. */
import type { Table } from "../../catalog/catalog.ts";
import { quoteColumns, quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import { operatorBetween } from "../../tenancy/column-types.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { markOf } from "../fence/statements.ts";
import { type Doomed, onlyOf } from "./doomed-tables.ts";

/** Of all deletes of a database, beside the fences (fence/statements.ts). */
export const ERASURE_SCHEMA = `
  CREATE TABLE IF NOT EXISTS tenantry.erasure (
    tenant text PRIMARY KEY,
    slug text,
    shape text NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE TABLE IF NOT EXISTS tenantry.erasure_table (
    tenant text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    grouped integer NOT NULL,
    columns text[] NOT NULL,
    recorded bigint NOT NULL,
    deleted bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, number)
  );
  CREATE TABLE IF NOT EXISTS tenantry.erasure_group (
    tenant text NOT NULL,
    grouped integer NOT NULL,
    places bigint NOT NULL,
    upto bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, grouped)
  );
  CREATE TABLE IF NOT EXISTS tenantry.erasure_nulled (
    tenant text NOT NULL,
    pointer text NOT NULL,
    from_table text NOT NULL,
    key_columns text[] NOT NULL,
    key text[] NOT NULL,
    columns text[] NOT NULL,
    was text[] NOT NULL
  );`;

/** The tables of `ERASURE_SCHEMA`, of which a tenant's rows are taken away with its fence. */
export const ERASURE_TABLES = ["erasure", "erasure_table", "erasure_group", "erasure_nulled"] as const;

/** A table's recorded rows: where they stand and under which names. */
export interface Recorded {
  /** Quoted and qualified. */
  readonly place: string;
  /** By column of the table: how the record calls it. */
  readonly columns: ReadonlyMap<string, string>;
  /** Known by their place in the table: no key tells them apart. */
  readonly byPlace: boolean;
}

/**
 * By the tenant's key and the table's number: the same for every worker.
 *
 * @param columns what is kept of a row, in order; none where it is known by its place alone and nobody points at it
 */
export function recordOf(
  tenantKey: string,
  number: number,
  { key }: Pick<Doomed, "key">,
  columns: readonly string[],
): Recorded {
  return {
    place: quoteQualified("tenantry", `doomed_${markOf(tenantKey)}_${number}`),
    columns: new Map(columns.map((name, at) => [name, `c${at + 1}`])),
    byPlace: key === null,
  };
}

/** The tenant's rows of a table, numbered by their key: `place`, the recorded columns, and where they lie if they have no key. */
export function recordedRows(
  model: TenancyModel,
  { table }: Pick<Doomed, "table">,
  { columns, byPlace }: Recorded,
  key: readonly string[] | null,
  tenantKeySql: string,
): string {
  const order = key === null ? "t.tableoid, t.ctid" : quoteColumns(key, "t");
  const list = [...columns].map(([name, as]) => `${quoteColumns([name], "t")} AS ${as}`);
  const where = byPlace ? ["t.tableoid AS in_table", "t.ctid AS at_place"] : [];
  return `SELECT row_number() OVER (ORDER BY ${order}) AS place${[...list, ...where].map((part) => `, ${part}`).join("")}
            FROM ${rowsOf(table)} t WHERE ${ownershipPredicate(model, table.id, "t", tenantKeySql)}`;
}

function rowsOf(table: Table): string {
  return `${onlyOf(table)}${quoteQualified(table.schema, table.name)}`;
}

/** The row `t` of the table is the recorded row `d`. */
export function isRecorded(
  { table, key }: Pick<Doomed, "table" | "key">,
  { columns, byPlace }: Recorded,
  alias = "t",
): string {
  if (byPlace) return `${alias}.tableoid = d.in_table AND ${alias}.ctid = d.at_place`;
  return key!
    .map((name) => {
      const type = table.columns.find((column) => column.name === name)!.baseType;
      return `${quoteColumns([name], alias)} ${operatorBetween(type, type, "=")} d.${columns.get(name)!}`;
    })
    .join(" AND ");
}

/**
 * One batch, by places from $1 (not it) to $2. Rows of one table go by one DELETE; those of a circle of tables by one
 * statement, whose foreign keys are looked at when it ends (PostgreSQL documentation, 7.8.4).
 *
 * @returns gives one row: `deleted`, a list with a count for each table in their order
 */
export function batchStatement(
  model: TenancyModel,
  members: readonly { readonly doomed: Doomed; readonly record: Recorded }[],
  tenantKeySql: string,
): string {
  const deletes = members.map(({ doomed, record }, at) => {
    // Whoever could have written a row of this key since, it is only deleted while it is the tenant's.
    const guard = doomed.hasPath
      ? ` AND ${ownershipPredicate(model, doomed.table.id, "t", tenantKeySql)}`
      : "";
    return `d${at} AS (DELETE FROM ${rowsOf(doomed.table)} t USING ${record.place} d
       WHERE d.place > $1 AND d.place <= $2 AND ${isRecorded(doomed, record)}${guard} RETURNING 1)`;
  });
  const counts = members.map((_, at) => `(SELECT count(*) FROM d${at})::float8`);
  return `WITH ${deletes.join(",\n")}\nSELECT ARRAY[${counts.join(", ")}] AS deleted`;
}

/** Where a batch of about $2 places after $1 may end: never inside a knot; and how many recorded rows of each table are in it. */
export function batchEnd(members: readonly { readonly record: Recorded }[], tangled: boolean): string {
  if (!tangled)
    return `SELECT least($1::bigint + $2, (SELECT max(place) FROM ${members[0]!.record.place})) AS upto`;
  const ends = members.map(
    ({ record }) => `SELECT max(knot) AS knot FROM ${record.place} WHERE place > $1 AND place <= $1 + $2`,
  );
  return `SELECT max(knot) AS upto FROM (${ends.join(" UNION ALL ")}) ends`;
}

/** Takes away what a delete has left in the schema of ours; each may be run when there is nothing to take away. */
export function erasureCleanup(tenantKey: string, records: readonly Recorded[]): string[] {
  return [
    ...records.map(({ place }) => `DROP TABLE IF EXISTS ${place}`),
    ...ERASURE_TABLES.map(
      (name) => `DELETE FROM ${quoteQualified("tenantry", name)} WHERE tenant = ${quoteLiteral(tenantKey)}`,
    ),
  ];
}

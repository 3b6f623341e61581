/** The SQL of a delete: which rows are recorded, in which order, and how a batch of them goes. Pure. */
import type { Table } from "../../catalog/catalog.ts";
import { quoteColumns, quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import { isInteger, isText, isUuid, operatorBetween } from "../../tenancy/column-types.ts";
import type { ModelTable, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { carriesKey } from "../fence/cost.ts";
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
  /** Whether the place of a row that has a key is recorded too: where it is looked for first. */
  readonly placed: boolean;
}

/**
 * By the tenant's key and the table's number: the same for every worker.
 *
 * @param columns what is kept of a row, in order; none where it is known by its place alone and nobody points at it
 */
export function recordOf(
  tenantKey: string,
  number: number,
  { key, table }: Pick<Doomed, "key" | "table">,
  columns: readonly string[],
): Recorded {
  return {
    place: quoteQualified("tenantry", `doomed_${markOf(tenantKey)}_${number}`),
    columns: new Map(columns.map((name, at) => [name, `c${at + 1}`])),
    byPlace: key === null,
    // Every partition has rows at the same places.
    placed: key !== null && table.kind === "table",
  };
}

/**
 * The tenant's rows of a table, numbered as they lie there: `place`, the recorded columns, and where they lie. A batch
 * then takes neighbours: whole pages, and children whose parents lie together.
 */
export function recordedRows(
  model: TenancyModel,
  { table }: Pick<Doomed, "table">,
  { columns, byPlace, placed }: Recorded,
  tenantKeySql: string,
): string {
  const order = table.kind === "table" ? "t.ctid" : "t.tableoid, t.ctid";
  const list = [...columns].map(([name, as]) => `${quoteColumns([name], "t")} AS ${as}`);
  const where = whereNames({ byPlace, placed }).map((name) =>
    name === "in_table" ? "t.tableoid AS in_table" : "t.ctid AS at_place",
  );
  return `SELECT row_number() OVER (ORDER BY ${order}) AS place${[...list, ...where].map((part) => `, ${part}`).join("")}
            FROM ${rowsOf(table)} t WHERE ${ownershipPredicate(model, table.id, "t", tenantKeySql)}`;
}

/** The columns of a record that say where a row lies. */
export function whereNames({ byPlace, placed }: Pick<Recorded, "byPlace" | "placed">): string[] {
  if (byPlace) return ["in_table", "at_place"];
  return placed ? ["at_place"] : [];
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
 * By their places the rows are read as they lie, without a look into an index or a scan of the table; a place alone
 * proves nothing, so that the key must be the recorded one as well. Whoever has rewritten the table meanwhile (VACUUM
 * FULL, CLUSTER) has moved its rows: then the same is asked by keys alone.
 *
 * @param by `places` finds no row that has moved
 * @returns gives one row: `deleted`, a list with a count for each table in their order
 */
export function batchStatement(
  model: TenancyModel,
  members: readonly { readonly doomed: Doomed; readonly record: Recorded }[],
  tenantKeySql: string,
  by: "places" | "keys",
): string {
  const deletes = members.map(({ doomed, record }, at) => {
    const asked = askedOf(doomed);
    // Whoever could have written a row of this key since, it is only deleted while it is the tenant's.
    const guard =
      asked === "each row" ? ` AND ${ownershipPredicate(model, doomed.table.id, "t", tenantKeySql)}` : "";
    const found =
      record.placed && by === "places"
        ? ` AND t.ctid = ANY (ARRAY(SELECT p.at_place FROM ${record.place} p WHERE p.place > $1 AND p.place <= $2))`
        : "";
    const given = asked === "each parent" ? quoteColumns(wayOut(doomed.model), "t") : "1";
    return `d${at} AS (DELETE FROM ${rowsOf(doomed.table)} t USING ${record.place} d
       WHERE d.place > $1 AND d.place <= $2 AND ${isRecorded(doomed, record)}${found}${guard} RETURNING ${given})`;
  });
  const counts = members.map(({ doomed }, at) =>
    askedOf(doomed) === "each parent"
      ? ownCount(model, doomed, `d${at}`, tenantKeySql)
      : `(SELECT count(*) FROM d${at})::float8`,
  );
  return `WITH ${deletes.join(",\n")}\nSELECT ARRAY[${counts.join(", ")}] AS deleted`;
}

/**
 * Of whom it is asked whether they are the tenant's. A table without its key is not asked row by row: neighbours have
 * the same parents. Its rows are fenced, so one that is not the tenant's any more is no row to leave out but the end of
 * the batch: it is not counted, and the batch is not kept. Those of an excluded table may change meanwhile.
 */
function askedOf({ hasPath, model }: Doomed): "nobody" | "each row" | "each parent" {
  if (!hasPath) return "nobody";
  const isPlain = (name: string) =>
    isPlainKey(model.columns.find((column) => column.name === name)!.baseType);
  const byRow = carriesKey(model) || model.class === "excluded" || !wayOut(model).every(isPlain);
  return byRow ? "each row" : "each parent";
}

/** Values that are equal lead to the same row, whatever they are compared with; of citext's they need not. */
function isPlainKey(baseType: string): boolean {
  return isInteger(baseType) || isUuid(baseType) || (isText(baseType) && !baseType.endsWith(".citext"));
}

/** The columns by which a row says whose it is. */
function wayOut({ path, otherPaths, anyPath }: ModelTable): string[] {
  const paths = [...(path === null ? [] : [path]), ...(anyPath ? otherPaths : [])];
  return [...new Set(paths.flatMap(({ hops, column }) => hops[0]?.columns ?? [column]))];
}

/** Counts the rows of a DELETE that were the tenant's, as of the snapshot in which all of them are still there. */
function ownCount(model: TenancyModel, doomed: Doomed, gone: string, tenantKeySql: string): string {
  const columns = wayOut(doomed.model);
  let rows = "rows";
  while (columns.includes(rows)) rows += "_";
  const list = quoteColumns(columns);
  return `(SELECT coalesce(sum(t.${rows}), 0) FROM (SELECT ${list}, count(*) AS ${rows} FROM ${gone} GROUP BY ${list}) t
            WHERE ${ownershipPredicate(model, doomed.table.id, "t", tenantKeySql)})::float8`;
}

/**
 * Where a batch of about $2 places after $1 ends, of rows that point at each other: never inside a knot; and how many
 * recorded rows of each table are in it, as `recorded`.
 */
export function batchEnd(members: readonly { readonly record: Recorded }[]): string {
  const ends = members.map(
    ({ record }) =>
      `SELECT max(knot) AS knot FROM ${record.place} WHERE place > $1 AND place <= $1::bigint + $2`,
  );
  const counts = members.map(
    ({ record }) => `(SELECT count(*) FROM ${record.place} WHERE place > $1 AND place <= e.upto)::float8`,
  );
  return `SELECT upto::float8 AS upto, ARRAY[${counts.join(", ")}] AS recorded
            FROM (SELECT max(knot) AS upto FROM (${ends.join(" UNION ALL ")}) knots) e`;
}

/**
 * The checkpoint of a batch of tenant $1: group $2 goes from place $3 to $4, and the tables with the numbers $5 have
 * lost as many recorded rows as $6 says. One row where the checkpoint was where it was thought to be.
 */
export const CHECKPOINT = `
  WITH lost AS (
    UPDATE tenantry.erasure_table e SET deleted = deleted + l.recorded
      FROM unnest($5::int[], $6::bigint[]) l(number, recorded) WHERE e.tenant = $1 AND e.number = l.number)
  UPDATE tenantry.erasure_group SET upto = $4 WHERE tenant = $1 AND grouped = $2 AND upto = $3`;

/** Takes away what a delete has left in the schema of ours; each may be run when there is nothing to take away. */
export function erasureCleanup(tenantKey: string, records: readonly Recorded[]): string[] {
  return [
    ...records.map(({ place }) => `DROP TABLE IF EXISTS ${place}`),
    ...ERASURE_TABLES.map(
      (name) => `DELETE FROM ${quoteQualified("tenantry", name)} WHERE tenant = ${quoteLiteral(tenantKey)}`,
    ),
  ];
}

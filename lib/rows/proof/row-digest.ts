/**
 * The digest of a tenant's rows as the database computes it, to be compared with what the transcoder computed
 * while the rows went by: count, and two sums modulo 2^64 over each row's `hash_record_extended`.
 *
 * Only types whose equal values are the same to the last bit are hashed as such; all others are hashed as their
 * text: enums hash by oid, numeric and ranges call values equal that do not look the same, and bit, xml, tsvector
 * or most of geometry have no hash at all. Measured against the text of whole rows: a quarter of
 * the server's time where nearly all columns are uuids, texts and timestamps, 0.4 and 0.6 where fewer are.
 */

import type pg from "pg";
import type { Column, Table } from "../../catalog/catalog.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import { quoteColumns } from "../../postgres/identifiers.ts";
import type { HashedAs } from "../codec/field-hash.ts";
import { xmlAsStored } from "../xml-as-stored.ts";

export interface RowDigest {
  readonly rows: number;
  readonly sums: readonly [string, string];
}

const HASHED_AS: Readonly<Record<string, HashedAs>> = {
  "pg_catalog.bool": "bool",
  "pg_catalog.int2": "integer",
  "pg_catalog.int4": "integer",
  "pg_catalog.int8": "int8",
  "pg_catalog.uuid": "uuid",
  "pg_catalog.text": "text",
  "pg_catalog.varchar": "text",
  "pg_catalog.bytea": "bytea",
  "pg_catalog.date": "date",
  "pg_catalog.timestamp": "timestamp",
  "pg_catalog.timestamptz": "timestamptz",
};

/**
 * Output functions of types that are hashed by their text, each value for itself: record text would quote it on top,
 * byte by byte. The function and not a cast, which leaves things out (bpchar, inet) or may be anybody's own.
 */
const PRINTED_BY: Readonly<Record<string, string>> = {
  "pg_catalog.bpchar": "bpcharout",
  "pg_catalog.float4": "float4out",
  "pg_catalog.float8": "float8out",
  "pg_catalog.inet": "inet_out",
  "pg_catalog.interval": "interval_out",
  "pg_catalog.json": "json_out",
  "pg_catalog.jsonb": "jsonb_out",
  "pg_catalog.numeric": "numeric_out",
  "pg_catalog.point": "point_out",
  "pg_catalog.time": "time_out",
  "pg_catalog.tsvector": "tsvectorout",
};

function printedBy({ baseType, typeKind }: Column): string | null {
  return typeKind === "enum" ? "enum_out" : (PRINTED_BY[baseType] ?? null);
}

/** How the digest takes a column's values: each by a hash of its own, or (null) in one text with others. */
export function hashedAs(column: Column): HashedAs | null {
  if (printedBy(column) !== null) return "text";
  const kind = HASHED_AS[column.baseType] ?? null;
  return kind === "text" && !column.deterministic ? null : kind;
}

/** hash_record_extended gives a signed bigint, and sum over bigint a numeric, which never overflows. */
const sum = (hash: string) =>
  `((coalesce(sum(${hash}), 0) % 18446744073709551616 + 18446744073709551616) % 18446744073709551616)::text`;

/**
 * The aggregates of the digest over `hashedRows` of the same kept columns. The second sum is over hashes of the first
 * one's hashes (lib/postgres/hash-record.ts).
 */
export function digestOfHashes(kept: readonly string[]): string {
  const hash = hashName(kept);
  return `count(*)::float8 AS rows, ${sum(hash)} AS first, ${sum(`hashint8extended(${hash}, 42)`)} AS second`;
}

/** A stranger's column may bear any name: this one is none of those that are kept. */
function hashName(kept: readonly string[]): string {
  let name = "row_hash";
  while (kept.includes(name)) name += "_";
  return name;
}

export interface DigestOfHashes {
  readonly rows: number;
  readonly first: string;
  readonly second: string;
}

/**
 * Each row as its hash and the columns given: whatever is joined to it, or sorted, carries no more than that.
 *
 * @param columns those that were written, in their order
 * @param kept columns that are needed beside the hash
 * @param from the table under the alias `t`
 * @param condition SQL over `t`
 */
export function hashedRows(
  table: Table,
  columns: readonly string[],
  kept: readonly string[],
  from: string,
  condition: string,
): string {
  const also = kept.map((name) => `, ${quoteColumns([name], "t")}`).join("");
  // The offset keeps the planner from hashing each row once for each sum. A constant of the offset's own type: the
  // planner asks whether it is one before it has cast any, and keeps a query that may skip rows from parallel workers.
  return `SELECT hash_record_extended(${digestRow(table, columns)}, 0) AS ${hashName(kept)}${also}
            FROM ${from} WHERE ${condition} OFFSET bigint '0'`;
}

/** A row of the table under the alias `t` as the digest takes it: an expression that gives a record. */
function digestRow(table: Table, columns: readonly string[]): string {
  const all = columns.map((name) => table.columns.find((column) => column.name === name)!);
  const hashed = all.filter((column) => hashedAs(column) !== null).map(asHashed);
  const texts = all.filter((column) => hashedAs(column) === null).map(asCarried);
  return `ROW(${[...hashed, ...(texts.length > 0 ? [`ROW(${texts.join(", ")})::text`] : [])].join(", ")})`;
}

/** Casts among stored forms cost nothing: a domain's values, and a varchar's, are those of the type below. */
function asHashed(column: Column): string {
  const own = quoteColumns([column.name], "t");
  const value = column.domain === null ? own : `${own}::${column.baseType}`;
  const output = printedBy(column);
  if (output !== null) return `pg_catalog.textin(pg_catalog.${output}(${value}))`;
  return column.baseType === "pg_catalog.varchar" ? `${value}::pg_catalog.text` : value;
}

/** xml travels as it is stored, and not as its output function would print it (xml-as-stored.ts). */
function asCarried(column: Column): string {
  const own = quoteColumns([column.name], "t");
  return xmlAsStored(column, own) ?? own;
}

export async function readRowDigest(
  client: pg.ClientBase,
  table: Table,
  columns: readonly string[],
  condition: string,
): Promise<RowDigest> {
  const from = `${ownRows(table)} t`;
  const { rows } = await client.query<DigestOfHashes>(
    `SELECT ${digestOfHashes([])} FROM (${hashedRows(table, columns, [], from, condition)}) hashed`,
  );
  return toDigest(rows[0]!);
}

export function toDigest({ rows, first, second }: DigestOfHashes): RowDigest {
  return { rows, sums: [first, second] };
}

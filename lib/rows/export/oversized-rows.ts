/**
 * Rows that do not fit a line. Postgres builds a line in one buffer of at most 1 GB (StringInfo's MaxAllocSize),
 * and a bundle's reader accepts less; found before the export rather than hours into it.
 */
import type pg from "pg";
import { DEFAULT_LIMITS } from "../../bundle/limits.ts";
import type { Column } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { quoteIdentifier } from "../../postgres/identifiers.ts";
import { type Extent, fromExtent } from "./jobs.ts";

/** A line beyond the limit has this much out of line, compressed at the very best; below it nobody looks. */
const SUSPICIOUS_TOAST_BYTES = 32 * 1024 * 1024;

/** Bytes that lie out of line, by table; of a partition tree all together. */
const TOAST_BYTES = `
  SELECT t.oid::int8::text AS oid, sum(pg_table_size(leaf.reltoastrelid))::float8 AS bytes
    FROM unnest($1::oid[]) AS t(oid)
    CROSS JOIN LATERAL (SELECT relid FROM pg_partition_tree(t.oid) UNION SELECT t.oid) AS tree(relid)
    JOIN pg_class leaf ON leaf.oid = tree.relid AND leaf.reltoastrelid <> 0
   GROUP BY t.oid`;

/** One finding a table with such rows; it costs a pass only over tables with much out of line. */
export async function oversizedRows(
  client: pg.ClientBase,
  extents: readonly Extent[],
  limit = DEFAULT_LIMITS.lineBytes,
  suspicious = SUSPICIOUS_TOAST_BYTES,
): Promise<Finding[]> {
  const { rows: sizes } = await client.query<{ oid: string; bytes: number }>(TOAST_BYTES, [
    extents.map((extent) => extent.table.oid),
  ]);
  const findings: Finding[] = [];
  for (const extent of extents) {
    const outOfLine = sizes.find(({ oid }) => oid === String(extent.table.oid))?.bytes ?? 0;
    const length = lineLength(extent);
    if (outOfLine < suspicious || length === null) continue;
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::float8 AS count FROM ${fromExtent(extent)} WHERE (${extent.condition}) AND ${length} > $1::int8`,
      [limit],
    );
    if (rows[0]!.count > 0) findings.push(rowTooLong(extent.table.id, rows[0]!.count, limit));
  }
  return findings;
}

export function rowTooLong(
  where: string,
  count: number | undefined,
  limit = DEFAULT_LIMITS.lineBytes,
): Finding {
  return {
    code: "row-too-long",
    severity: "blocks",
    where,
    ...(count === undefined ? {} : { count }),
    what: `${count ?? "A"} ${count === 1 || count === undefined ? "row is" : "rows are"} longer than the ${Math.floor(limit / 1024 / 1024)} MiB that a line of a bundle may have.`,
    todo: "Move such values out of the database, or exclude the table in the platform file.",
  };
}

/**
 * A lower bound of a row's line, without reading what lies out of line: octet_length of text and bytea looks at
 * the header only, and so does pg_column_size of anything else (as compressed).
 */
function lineLength({ table, carried }: Extent): string | null {
  const lengths = table.columns.filter(({ name }) => carried.includes(name)).flatMap(columnLength);
  return lengths.length === 0 ? null : `(${lengths.join(" + ")})`;
}

function columnLength(column: Column): string[] {
  const reference = `t.${quoteIdentifier(column.name)}`;
  switch (column.baseType) {
    case "pg_catalog.text":
    case "pg_catalog.varchar":
      return [`coalesce(octet_length(${reference}), 0)::int8`];
    case "pg_catalog.bytea":
      // Two hexadecimal digits a byte.
      return [`coalesce(octet_length(${reference}), 0)::int8 * 2`];
    case "pg_catalog.json":
    case "pg_catalog.jsonb":
      return [`coalesce(pg_column_size(${reference}), 0)::int8`];
    default:
      return column.elementType === null ? [] : [`coalesce(pg_column_size(${reference}), 0)::int8`];
  }
}

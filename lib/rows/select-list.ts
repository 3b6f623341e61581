/**
 * How each column of a table is written into a bundle's line: the SELECT list under `row_to_json`.
 *
 * bool, int2 and int4 are JSON literals; everything else is a JSON string that holds the output function's text;
 * SQL NULL is null. `row_to_json` alone does not do: it prints int8, numeric and floats as numbers that readers
 * round, timestamps with a T, arrays as JSON arrays that lose their bounds, and json values raw.
 */

import type { ManifestColumn } from "../bundle/manifest.ts";
import type { Column } from "../catalog/catalog.ts";
import { quoteIdentifier, quoteLiteral } from "../postgres/identifiers.ts";
import { parseKeyPath } from "./secret-path.ts";

const LITERAL_TYPES = new Set(["pg_catalog.bool", "pg_catalog.int2", "pg_catalog.int4"]);

/**
 * Built-in types that `row_to_json` treats specially, and whose cast to text is the output function itself
 * (there is no row for them in pg_cast, so `::text` is an I/O conversion: CREATE CAST, Notes). And xml, whose cast
 * gives it as it is stored: its output function leaves an XML declaration out that says nothing new.
 */
const CAST_TYPES = new Set(
  ["int8", "float4", "float8", "numeric", "date", "timestamp", "timestamptz", "json", "jsonb", "xml"].map(
    (name) => `pg_catalog.${name}`,
  ),
);

/** `literal`: a JSON literal. `text`: the output function's text in a JSON string. */
export function columnEncoding(column: Pick<Column, "baseType">): ManifestColumn["encoding"] {
  return LITERAL_TYPES.has(column.baseType) ? "literal" : "text";
}

/**
 * The SQL expression that `row_to_json` turns into this column's part of the line.
 *
 * - built-in scalars that `row_to_json` prints by their output function already (text, uuid, bytea, inet,
 *   `char(n)` with its padding, ranges …) stand as they are; their own `::text` could differ (inet adds the
 *   netmask, `char(n)` loses its padding);
 * - arrays, composites and types that are not built in go through `concat`, which always calls the output
 *   function, whatever casts to text or json somebody has created. It turns NULL into '', and IS NULL lies for
 *   composites, hence `num_nonnulls`.
 */
export function lineExpression(column: Column, alias: string, secretPaths: readonly string[] = []): string {
  const reference = `${quoteIdentifier(alias)}.${quoteIdentifier(column.name)}`;
  if (secretPaths.length > 0) return withoutPaths(reference, column, secretPaths);
  if (LITERAL_TYPES.has(column.baseType)) return reference;
  if (CAST_TYPES.has(column.baseType)) return `${reference}::text`;
  const builtIn = column.baseType.startsWith("pg_catalog.") && column.baseTypeOid < FIRST_NORMAL_OID;
  const plain = column.typeKind === "base" || column.typeKind === "range" || column.typeKind === "multirange";
  if (builtIn && plain && column.elementType === null) return reference;
  return `CASE WHEN num_nonnulls(${reference}) = 1 THEN concat(${reference}) END`;
}

/** Objects made after initdb start here: PostgreSQL source, access/transam.h. */
const FIRST_NORMAL_OID = 16384;

/**
 * `#-` raises on scalars, and on an array where the path has a key: the value is asked first whether it has the
 * path, and the empty path removes nothing. Secrets in the elements of an array stop the export before
 * (export/secrets-in-arrays.ts).
 */
function withoutPaths(reference: string, column: Column, paths: readonly string[]): string {
  const json = column.baseType === "pg_catalog.jsonb" ? reference : `${reference}::jsonb`;
  const removed = paths
    .map(keyPathLiteral)
    .reduce(
      (expression, path) =>
        `${expression} #- CASE WHEN ${json} #> ${path} IS NULL THEN '{}' ELSE ${path} END`,
      json,
    );
  return `(CASE WHEN jsonb_typeof(${json}) = 'object' THEN ${removed} ELSE ${json} END)::text`;
}

/** A path of keys as the text[] that `#>` and `#-` take. */
function keyPathLiteral(path: string): string {
  return `${quoteLiteral(textArray(parseKeyPath(path)))}::text[]`;
}

function textArray(parts: readonly string[]): string {
  return `{${parts.map((part) => `"${part.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`).join(",")}}`;
}

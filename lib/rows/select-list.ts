/**
 * How each column of a table gets into a bundle's line: the SELECT list under COPY, which writes every value by its
 * type's output function, whatever casts to text or json somebody has created.
 *
 * bool, int2 and int4 are JSON literals; everything else is a JSON string that holds the output function's text;
 * SQL NULL is null. Not the server's `row_to_json`: it prints int8, numeric and floats as numbers that readers
 * round, timestamps with a T, arrays as JSON arrays that lose their bounds, and json values raw.
 */

import type { ManifestColumn } from "../bundle/manifest.ts";
import type { Column } from "../catalog/catalog.ts";
import { quoteIdentifier, quoteLiteral } from "../postgres/identifiers.ts";
import { parseKeyPath } from "./secret-path.ts";
import { xmlAsStored } from "./xml-as-stored.ts";

const LITERAL_TYPES = new Set(["pg_catalog.bool", "pg_catalog.int2", "pg_catalog.int4"]);

/** `literal`: a JSON literal. `text`: the output function's text in a JSON string. */
export function columnEncoding(column: Pick<Column, "baseType">): ManifestColumn["encoding"] {
  return LITERAL_TYPES.has(column.baseType) ? "literal" : "text";
}

/**
 * The SQL expression whose text becomes this column's part of the line: the column itself; xml, and what
 * holds xml, as it is stored (xml-as-stored.ts).
 */
export function lineExpression(column: Column, alias: string, secretPaths: readonly string[] = []): string {
  const reference = `${quoteIdentifier(alias)}.${quoteIdentifier(column.name)}`;
  if (secretPaths.length > 0) return withoutPaths(reference, column, secretPaths);
  return xmlAsStored(column, reference) ?? reference;
}

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

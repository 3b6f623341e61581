/**
 * xml by its cast to text, which gives it as it is stored: its output function leaves an XML declaration out that
 * says nothing new (PostgreSQL source, xml.c, xml_out_internal). Pure: gives SQL.
 */
import type { Column } from "../catalog/catalog.ts";
import { quoteIdentifier } from "../postgres/identifiers.ts";

const XML = "pg_catalog.xml";

/** What a type is made of, as the catalog describes it (catalog/assemble/types.ts). */
type Shape = Domain | Composite | { readonly array: Shape } | null;
interface Domain {
  readonly domain: { readonly base: string; readonly of: Shape };
}
interface Composite {
  readonly composite: readonly (readonly [
    name: string,
    type: string,
    collation: string | null,
    shape: Shape,
  ])[];
}

/**
 * The column with the xml inside it as text: xml itself, arrays of it, and attributes of composites that are either,
 * or composites in turn. Null for a column that has no such xml. Elements of arrays of composites are out of reach:
 * to take them apart would lose the array's bounds.
 */
export function xmlAsStored(
  column: Pick<Column, "baseType" | "elementType" | "typeShape">,
  sql: string,
): string | null {
  if (column.baseType === XML) return `${sql}::text`;
  if (column.elementType === XML) return `${sql}::text[]`;
  return column.typeShape ? withText("", JSON.parse(column.typeShape) as Shape, sql) : null;
}

/** @param type as `format_type` prints it */
function withText(type: string, shape: Shape, sql: string): string | null {
  if (type === "xml") return `${sql}::text`;
  if (type === "xml[]") return `${sql}::text[]`;
  if (shape === null) return null;
  if ("domain" in shape) return withText(shape.domain.base, shape.domain.of, sql);
  if (!("composite" in shape)) return null;
  const attributes = shape.composite.map(([name, attributeType, , of]) => {
    const attribute = `(${sql}).${quoteIdentifier(name)}`;
    return { attribute, asText: withText(attributeType, of, attribute) };
  });
  if (attributes.every(({ asText }) => asText === null)) return null;
  const row = `ROW(${attributes.map(({ attribute, asText }) => asText ?? attribute).join(", ")})`;
  // A composite of nothing but NULLs is none; IS NULL would say it is.
  return `CASE WHEN num_nonnulls(${sql}) = 1 THEN ${row} END`;
}

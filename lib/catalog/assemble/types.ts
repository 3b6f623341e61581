/** Types resolved: what lies under domains and arrays, and what a type of the users' own is made of. Pure. */
import { canonicalJson } from "../../canonical/json.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import type { Column } from "../catalog.ts";
import type { TypePartRow, TypeRow } from "../sql/types.ts";

export type ResolvedType = Pick<
  Column,
  "baseType" | "baseTypeOid" | "typeKind" | "elementType" | "domain" | "typeShape"
> & {
  /** Whether the type is a domain that takes no NULL, itself or by a domain below it. */
  readonly notNull: boolean;
};

const KINDS = {
  b: "base",
  c: "composite",
  e: "enum",
  m: "multirange",
  p: "pseudo",
  r: "range",
} as const;

/** Answers for a type's OID; each type is worked out once. Throws for an OID that is not among the rows. */
export function typeResolver(
  rows: readonly TypeRow[],
  parts: readonly TypePartRow[],
): (oid: number) => ResolvedType {
  const types = new Map(rows.map((row) => [row.oid, row]));
  const partsOf = Map.groupBy(parts, (part) => part.type_oid);
  const shapes = new Map<number, unknown>();
  const resolved = new Map<number, ResolvedType>();

  function typeOf(oid: number): TypeRow {
    const type = types.get(oid);
    if (type === undefined) throw new Error(`pg_type holds no type ${oid}`);
    return type;
  }

  function shapeOf(oid: number): unknown {
    if (!shapes.has(oid)) {
      // No type contains itself, the server sees to that; should one, its name stands for it.
      shapes.set(oid, null);
      shapes.set(oid, buildShape(typeOf(oid), partsOf.get(oid) ?? [], shapeOf));
    }
    return shapes.get(oid);
  }

  function resolve(oid: number): ResolvedType {
    const own = typeOf(oid);
    let base = own;
    let notNull = false;
    while (base.typtype === "d") {
      notNull ||= base.not_null;
      base = typeOf(base.base);
    }
    const element = base.element === 0 ? null : typeOf(base.element);
    const shape = shapeOf(oid);
    return {
      baseType: nameOf(base),
      baseTypeOid: base.oid,
      typeKind: KINDS[base.typtype as keyof typeof KINDS],
      elementType: element === null ? null : nameOf(element),
      domain: own.typtype === "d" ? nameOf(own) : null,
      typeShape: shape === null ? null : canonicalJson(shape),
      notNull,
    };
  }

  return (oid) => {
    const known = resolved.get(oid) ?? resolve(oid);
    resolved.set(oid, known);
    return known;
  };
}

function nameOf(type: TypeRow): string {
  return qualifiedName(type.schema, type.name);
}

/** Null for what is known by its name: the system's types, and base types, which extensions bring. */
function buildShape(
  type: TypeRow,
  parts: readonly TypePartRow[],
  shapeOf: (oid: number) => unknown,
): unknown {
  if (type.element !== 0) {
    const element = shapeOf(type.element);
    return element === null ? null : { array: element };
  }
  if (type.schema === "pg_catalog") return null;
  const [first] = parts;
  switch (type.typtype) {
    case "e":
      return { enum: parts.map((part) => part.text) };
    case "c":
      return {
        composite: parts.map((part) => [part.text, part.part_type, part.collation, shapeOf(part.part_oid)]),
      };
    case "d":
      return {
        domain: {
          base: type.base_type,
          notNull: type.not_null,
          collation: type.collation,
          checks: parts.map((part) => part.text),
          of: shapeOf(type.base),
        },
      };
    case "r":
    case "m":
      if (first === undefined) return null;
      return {
        [first.kind]: {
          of: [first.part_type, shapeOf(first.part_oid)],
          collation: first.collation,
          canonical: first.text,
        },
      };
    default:
      return null;
  }
}

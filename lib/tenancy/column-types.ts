/** Families of types by `Column.baseType`, as far as keys and references need them. */
import { parseQualified, quoteIdentifier } from "../postgres/identifiers.ts";

const INTEGERS = new Set(["pg_catalog.int2", "pg_catalog.int4", "pg_catalog.int8"]);
const TEXTS = new Set(["pg_catalog.text", "pg_catalog.varchar", "pg_catalog.bpchar", "pg_catalog.name"]);

export function isInteger(baseType: string): boolean {
  return INTEGERS.has(baseType);
}

/** citext is an extension's: it stands in whatever schema that was created in. */
export function isText(baseType: string): boolean {
  return TEXTS.has(baseType) || baseType.endsWith(".citext");
}

export function isUuid(baseType: string): boolean {
  return baseType === "pg_catalog.uuid";
}

export function isJson(baseType: string): boolean {
  return baseType === "pg_catalog.json" || baseType === "pg_catalog.jsonb";
}

/** Whether `=` works between them without a cast, on an index of either. */
export function comparable(a: string, b: string): boolean {
  return a === b || (isInteger(a) && isInteger(b)) || (isText(a) && isText(b));
}

/**
 * The operator of that name between values of two comparable types. Sessions have only pg_catalog on their search
 * path (lib/postgres/session.ts), where citext finds text's: then "Ann" and "ann" would be two, and rows be missed.
 */
export function operatorBetween(a: string, b: string, symbol: "=" | "<>"): string {
  if (a !== b || !a.endsWith(".citext")) return symbol;
  return `OPERATOR(${quoteIdentifier(parseQualified(a)![0]!)}.${symbol})`;
}

/** Whether a column of this type may hold somebody's key. */
export function mayHoldKey(baseType: string): boolean {
  return isInteger(baseType) || isText(baseType) || isUuid(baseType);
}

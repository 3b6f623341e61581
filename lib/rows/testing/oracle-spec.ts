/**
 * What the oracle is told about a platform: plain SQL and regular expressions, written by hand or by the generator
 * of a schema. It is meant to be dull, and it shares nothing with the tenancy model, the remap or the codecs.
 */

/** Which side is read: the tenant that was exported, or what the import made of it. */
export type Side = "source" | "imported";

export interface OracleTable {
  /** Quoted for SQL: `public.orders`. */
  readonly name: string;
  /** Rows of tables that inherit from it are none of its own. */
  readonly only?: true;
  /** SQL over the alias `t`; `$1` is the tenant's key as text. */
  readonly owned: string;
  /** Columns of identifiers that are made anew: they say nothing, only what points at them does. */
  readonly ids?: readonly string[];
  readonly points?: readonly OraclePointer[];
  /** Values that differ by declaration: SQL over `t` for what an import should make of the source's, or of its own. */
  readonly becomes?: Readonly<Record<string, Readonly<Record<Side, string>>>>;
}

/** A place that holds the id of another row. */
export interface OraclePointer {
  readonly columns: readonly string[];
  /** The tables that the id may be one of, with the columns that hold it there. */
  readonly to: readonly { readonly table: string; readonly columns: readonly string[] }[];
  /** Holds in rows where this column's text is this. */
  readonly when?: Readonly<Record<string, string>>;
  /** Ids inside of a larger text: the first group is the id; a match without it stands for nobody. */
  readonly inside?: RegExp;
  /** No constraint vouches for the row: an id that is nobody's, and NULL, are one and the same. */
  readonly soft?: boolean;
}

/** Rows that are nobody's, known by a natural key. */
export interface OracleCommon {
  readonly name: string;
  /** SQL over the alias `t`: which rows are common. */
  readonly rows: string;
  readonly match: readonly string[];
  readonly ids: readonly string[];
}

export interface OracleSpec {
  readonly tables: readonly OracleTable[];
  readonly common: readonly OracleCommon[];
}

/** A random platform as tables, columns and pointers. */
import type { PlatformShape, TableShape } from "./shape.ts";

export interface BuiltColumn {
  readonly name: string;
  /** As SQL writes it in a column's definition, with NOT NULL and the like. */
  readonly definition: string;
  /** To cast a value's text to. */
  readonly type: string;
  /** The database computes it. */
  readonly computed?: true;
  /** Adversarial values of a column that is nothing else. */
  readonly values?: readonly string[];
  /** Values that are there whatever the dice say: no NULL. */
  readonly always?: true;
  /** No two rows have the same, as a number, a text or a range; `thirds` are different where 3 divides them. */
  readonly counted?: "number" | "label" | "span" | "thirds";
}

export interface BuiltPointer {
  readonly kind: "owner" | "key" | "self" | "back" | "cross" | "common" | "virtual";
  readonly columns: readonly string[];
  readonly to: BuiltTable;
  readonly targets: readonly string[];
  readonly required: boolean;
  readonly shape: TableShape["virtual"];
  /** What follows the foreign key's target in SQL; null where no constraint knows of it. */
  readonly constraint: string | null;
}

export interface BuiltTable {
  readonly schema: string;
  readonly name: string;
  readonly shape: TableShape | null;
  readonly columns: BuiltColumn[];
  readonly pointers: BuiltPointer[];
  /** Constraints of its own. */
  readonly constraints: string[];
  /** What follows a unique index's table in SQL. */
  readonly indexes: string[];
  /** The identifier that is made anew, and how. */
  readonly id: { readonly column: string; readonly made: "uuid" | "number" | "nanoid" | "chosen" } | null;
  /** Its identifier alone names a row of it. */
  readonly named: boolean;
  /** Drawn from for an identifier whose column says only its domain. */
  readonly sequence: string | null;
  /** A second uuid that is unique. */
  readonly otherKey: string | null;
  /** What others point at; none where nothing can. */
  readonly targets: readonly string[];
  readonly partition: { readonly kind: "hash" | "list under range"; readonly by: readonly string[] } | null;
  readonly inherits: BuiltTable | null;
  /** The label that shared rows are known by. */
  readonly shared: string | null;
  readonly depth: number;
}

export interface BuiltPlatform {
  readonly root: BuiltTable;
  /** The root is a table. */
  readonly rooted: boolean;
  readonly placement: PlatformShape["placement"];
  readonly slug: string | null;
  readonly people: BuiltTable | null;
  /** Owned tables, the root first. */
  readonly tables: readonly BuiltTable[];
}

/** A platform that is being built, as far as it stands. */
export interface Build {
  readonly shape: PlatformShape;
  readonly major: number;
  readonly schema: string;
  /** The root is a table that can be pointed at. */
  readonly rooted: boolean;
  readonly names: () => string;
  /** The root and the tables before. */
  readonly tables: readonly BuiltTable[];
  readonly people: BuiltTable | null;
}

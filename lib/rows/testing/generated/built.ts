/** A random platform as tables, columns and pointers. */
import type { TableShape } from "./shape.ts";

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
}

export interface BuiltPointer {
  readonly kind: "owner" | "self" | "back" | "cross" | "common" | "virtual";
  readonly columns: readonly string[];
  readonly to: BuiltTable;
  readonly targets: readonly string[];
  readonly required: boolean;
  readonly shape: TableShape["virtual"];
}

export interface BuiltTable {
  readonly schema: string;
  readonly name: string;
  readonly shape: TableShape | null;
  readonly columns: BuiltColumn[];
  readonly pointers: BuiltPointer[];
  /** Constraints of its own. */
  readonly constraints: string[];
  /** The identifier that is made anew, and how. */
  readonly id: { readonly column: string; readonly made: "uuid" | "number" | "nanoid" | "chosen" } | null;
  /** A second uuid that is unique. */
  readonly otherKey: string | null;
  /** The number within the owner, of a composite key. */
  readonly position: string | null;
  /** What others point at; none where nothing can. */
  readonly targets: readonly string[];
  readonly depth: number;
}

export interface BuiltPlatform {
  readonly root: BuiltTable;
  readonly slug: string | null;
  readonly people: BuiltTable | null;
  /** Owned tables, the root first. */
  readonly tables: readonly BuiltTable[];
}

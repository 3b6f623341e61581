/** The platform file with every name looked up: what the derivation reads. Plain values. */
import type { Column, Table } from "../catalog/catalog.ts";
import type { ColumnAnswer, TableAnswer } from "./platform-file-entries.ts";

/** A column that exists. */
export interface ColumnRef {
  readonly table: Table;
  readonly column: Column;
}

export interface SubKey {
  readonly table: Table;
  readonly key: string;
  /** Names that mean this key where no foreign key says so. */
  readonly columns: readonly string[];
}

/** One line under `references`, per target. */
export interface VirtualReference {
  readonly from: ColumnRef;
  /** Null where the line says `none`. */
  readonly to: ColumnRef | null;
  readonly when: Readonly<Record<string, string>> | null;
  readonly path: string | null;
  readonly each: boolean;
  readonly pattern: string | null;
}

export interface Answers {
  /** The root table; null where the tenant is only a value. */
  readonly root: Table | null;
  /** The root's key, or the first of the key columns. */
  readonly key: string;
  /** `key_columns`, null where the file leaves them out. */
  readonly keyColumns: readonly string[] | null;
  readonly slug: string | null;
  readonly name: string | null;
  readonly domains: ColumnRef | null;
  readonly state: { readonly column: string; readonly active: string; readonly suspended: string } | null;
  readonly subKeys: readonly SubKey[];
  /** By qualified name; `ownedThrough` resolved beside. */
  readonly tables: ReadonlyMap<string, TableAnswer & { readonly owner: ColumnRef | null }>;
  readonly common: ReadonlyMap<
    string,
    { readonly match: readonly string[]; readonly create: readonly string[] }
  >;
  /** By the table's qualified name, then by column. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, ColumnAnswer>>;
  readonly references: readonly VirtualReference[];
}

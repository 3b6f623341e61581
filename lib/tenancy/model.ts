/**
 * The tenancy model: how a tenant's rows are found, derived from a catalog and the platform file. A plain value;
 * everything that moves rows reads it and nothing else.
 */
import type { TenantSchema } from "../catalog/catalog.ts";
import type { Finding } from "../findings/finding.ts";

export interface TenancyModel {
  readonly platform: string;
  readonly tenant: TenantRoot;
  /**
   * Where each tenant has a schema of its own: the one that this model was derived from. A model derived without a
   * tenant speaks of the first one's, and says nothing about where another's rows lie.
   */
  readonly tenantSchema?: TenantSchema;
  /** Every table of the catalog but partitions, by qualified name. */
  readonly tables: ReadonlyMap<string, ModelTable>;
  /** Owned tables (root, direct, via), parents before children: the order of load; deletes run it backwards. */
  readonly loadOrder: readonly string[];
  /** Strongly connected components of owned tables with more than one table. */
  readonly cycles: readonly (readonly string[])[];
  /**
   * Declared foreign keys and virtual references from owned tables, to owned, common or global ones; and to
   * excluded ones, whose rows never travel (a finding blocks where such a column is NOT NULL).
   */
  readonly references: readonly Reference[];
  /**
   * References from shared rows (global, common) to owned ones: an array of tenants' keys in a feature flag. Such a
   * row travels with nobody; what it says of a tenant is counted and shown, never changed.
   */
  readonly sharedReferences: readonly Reference[];
  /** `off`: replica role, user triggers do not fire on import; `on`: origin role. */
  readonly triggers: "on" | "off";
  /** Coverage findings: what the model cannot know or what escaped it. */
  readonly findings: readonly Finding[];
  /** SHA-256 over the canonical form of everything above but the findings. */
  readonly version: string;
}

export interface TenantRoot {
  /** The root table; null where the tenant is only a value in a column. */
  readonly table: string | null;
  /** The root's key column; for a model without a root table the name of the key column elsewhere. */
  readonly key: string;
  /** The key's type as `format_type` prints it: values are cast to it. */
  readonly keyType: string;
  readonly slug: string | null;
  readonly name: string | null;
  readonly domains: { readonly table: string; readonly column: string } | null;
  readonly state: { readonly column: string; readonly active: string; readonly suspended: string } | null;
}

export type TableClass = "root" | "direct" | "via" | "global" | "excluded";

export interface ModelTable {
  readonly id: string;
  /** As the database calls it; the id's schema is the platform file's pattern where each tenant has one of its own. */
  readonly schema: string;
  readonly name: string;
  readonly class: TableClass;
  /** Every row of it is the tenant's: it lies in the tenant's own schema. Such a table is `direct`, without a path. */
  readonly whole?: true;
  /** Whether a person declared the class or it was derived. */
  readonly declared: boolean;
  /** How rows lead to the tenant's key; null for global tables and those that are excluded without a path. */
  readonly path: OwnershipPath | null;
  /** Further paths that exist; all must agree row by row. Empty where the platform file says which one decides. */
  readonly otherPaths: readonly OwnershipPath[];
  /**
   * Some rows may have no value along `path` (a nullable foreign key, an exclusive arc): a row is the tenant's
   * when any of the paths leads to it. `ownershipPredicate` takes care of it.
   */
  readonly anyPath: boolean;
  /** Rows with a NULL tenant key belong to everyone: neither exported as owned nor deleted. */
  readonly sharedNull: boolean;
  /** Found by natural key on the other side: a global table with `match`, or one with shared rows. */
  readonly common: { readonly match: readonly string[]; readonly create: readonly string[] } | null;
  readonly columns: readonly ModelColumn[];
  /** The columns that identify a row: primary key, else a plain unique key, else null. */
  readonly key: readonly string[] | null;
}

/**
 * Hops from a table to one whose column holds the tenant's key. A row is the tenant's when following the hops
 * from it reaches a row whose `column` equals the key. No hops: the table carries the key itself (`direct`), or
 * is the root. An owned-through row goes the other way round, from the row to its owner; the shape is the same:
 * EXISTS (SELECT … FROM hop.table WHERE hop.table.targetColumns = this.columns).
 */
export interface OwnershipPath {
  readonly hops: readonly Hop[];
  /** The column of the last table that holds the tenant's key. */
  readonly column: string;
}

export interface Hop {
  readonly columns: readonly string[];
  readonly table: string;
  readonly targetColumns: readonly string[];
  /**
   * The foreign key followed; null for a virtual reference, and for a hop to where a composite foreign key
   * leads with one of its columns (its own target need not be visited).
   */
  readonly foreignKey: string | null;
}

export type ColumnClass = "plain" | "personal" | "hashed" | "secret";

export type OnImport = "blank" | "regenerate" | "list";

export interface ModelColumn {
  readonly name: string;
  /** The type under all domains, as in the catalog: `pg_catalog.uuid`. Keys of different types compare as text. */
  readonly baseType: string;
  readonly class: ColumnClass;
  /** What an import puts in a dropped secret's place. */
  readonly onImport: OnImport;
  /** Paths inside a json column that are secret, as written: `$.clientSecret`. */
  readonly secretPaths: readonly string[];
  /** Stored or virtual generated: never carried, the database computes it. */
  readonly computed: boolean;
  /** How a fresh value of this column is made on import, where the column is a generated identifier. */
  readonly fresh: FreshId | null;
}

/** Generated identifiers: the only values that change on an import with fresh ids (`docs/bundle-format.md`). */
export type FreshId =
  | { readonly kind: "uuid" }
  | { readonly kind: "integer"; readonly sequence: string }
  | { readonly kind: "text"; readonly generator: string };

/** One side's column that holds an identifier, and the generated identifier that it stands for. */
export interface Reference {
  readonly kind: "foreign key" | "column" | "polymorphic" | "array" | "json path" | "pattern";
  readonly from: { readonly table: string; readonly columns: readonly string[] };
  readonly to: { readonly table: string; readonly columns: readonly string[] };
  /** Name of the foreign key; null where the reference is virtual. */
  readonly foreignKey: string | null;
  /** Holds only in rows where these columns have these values (type/id pairs). */
  readonly when: Readonly<Record<string, string>> | null;
  /** JSON path of a `json path` reference, as written: `$.items[*].projectId`. */
  readonly path: string | null;
  /** Template of a `pattern` reference: `env:{public.projects.id}:*`. One Reference per placeholder. */
  readonly pattern: string | null;
  /** The pattern may stand anywhere in the value, and more than once; else it is the value's whole form. */
  readonly each?: true;
  /** Whether some row may hold no value there. */
  readonly nullable: boolean;
}

/**
 * What a database contains, as plain values: pg_catalog read once, in a handful of queries. Every map and
 * reference names a table by its qualified name (`qualifiedName` in postgres/identifiers.ts).
 */

export interface Catalog {
  readonly server: Server;
  readonly database: Database;
  readonly role: Role;
  readonly extensions: readonly Extension[];
  /** Every table of every user schema, by qualified name; views are not rows and are left out. */
  readonly tables: ReadonlyMap<string, Table>;
  readonly sequences: readonly Sequence[];
  /** Of a catalog as one tenant sees it, where each has a schema of its own (`tenancy/tenant-schema.ts`). */
  readonly tenantSchema?: TenantSchema;
}

/** The schema that is one tenant's: its tables are known by the written name, and lie under the true one. */
export interface TenantSchema {
  /** The pattern of the platform file: `app_{slug}`. */
  readonly written: string;
  /** `app_acme`. */
  readonly name: string;
}

export interface Server {
  /** `server_version_num`, for example 180004. */
  readonly versionNumber: number;
  readonly version: string;
  /** `pg_control_system().system_identifier`, or null where the role may not ask. */
  readonly systemIdentifier: string | null;
  readonly timeline: number | null;
  readonly trackCounts: boolean;
}

export interface Database {
  readonly oid: number;
  readonly name: string;
  readonly encoding: string;
  readonly collation: string;
  readonly ctype: string;
  readonly collationVersion: string | null;
  /** Whether the reading role may create schemas in it. */
  readonly mayCreateSchemas?: boolean;
}

/** The role that reads: what it may do decides what can be planned. */
export interface Role {
  readonly name: string;
  readonly superuser: boolean;
  readonly bypassRls: boolean;
  /** May `SET session_replication_role` (superuser, or GRANT SET ON PARAMETER since Postgres 15). */
  readonly maySetReplicationRole: boolean;
}

export interface Extension {
  readonly name: string;
  readonly version: string;
  readonly schema: string;
}

export interface Table {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** The qualified name: the key under which the catalog holds it. */
  readonly id: string;
  /** `partitioned` is the root of a partition tree; `partition` belongs to the tree of `partitionOf`. */
  readonly kind: "table" | "partitioned" | "partition" | "foreign";
  readonly persistence: "permanent" | "unlogged" | "temporary";
  /** The direct parent of a partition. */
  readonly partitionOf: string | null;
  /**
   * Columns that tell its partitions apart, of all levels below; every unique key of the tree has them in it
   * (PostgreSQL documentation, 5.12.2.3). Left out (or empty) where it has no partitions.
   */
  readonly partitionColumns?: readonly string[];
  /** Parents by classic inheritance. */
  readonly inherits: readonly string[];
  readonly comment: string | null;
  readonly owner: string;
  /** Whether the reading role owns it (directly or by membership), or is a superuser. */
  readonly ownedByRole: boolean;
  readonly privileges: Privileges;
  readonly rowSecurity: { readonly enabled: boolean; readonly forced: boolean };
  readonly policies: readonly Policy[];
  /** In attribute order; dropped columns left out. */
  readonly columns: readonly Column[];
  /** Primary key, unique constraints and unique indexes, the primary key first. */
  readonly keys: readonly Key[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly indexes: readonly Index[];
  readonly triggers: readonly Trigger[];
  readonly checks: readonly { readonly name: string; readonly definition: string }[];
  readonly exclusions: readonly { readonly name: string; readonly definition: string }[];
  /** `reltuples`, null where never analysed; and the heap, its TOAST and its indexes in bytes. A partitioned
   * table holds the sums of its leaves. */
  readonly estimatedRows: number | null;
  readonly bytes: number;
}

export interface Privileges {
  readonly select: boolean;
  readonly insert: boolean;
  readonly update: boolean;
  readonly delete: boolean;
  /** `SELECT … FOR KEY SHARE`: UPDATE on at least one column (PostgreSQL documentation, GRANT). */
  readonly lock: boolean;
}

export interface Policy {
  readonly name: string;
  readonly permissive: boolean;
  readonly command: string;
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

export interface Column {
  readonly name: string;
  /** `attnum`. */
  readonly position: number;
  /** `format_type(atttypid, atttypmod)`: `character varying(80)`, `public.mood[]`. */
  readonly type: string;
  /** The type's name with the tenant's schema as the platform file writes it, where that is in it. */
  readonly writtenType?: string;
  readonly typeOid: number;
  /** The type under all domains: name in pg_type with its schema, `pg_catalog.int4`, `public.mood`. */
  readonly baseType: string;
  readonly baseTypeOid: number;
  /** `typtype` of the base type: base, composite, enum, range, multirange, pseudo. Domains are resolved. */
  readonly typeKind: "base" | "composite" | "enum" | "range" | "multirange" | "pseudo";
  /** Qualified pg_type name of the element where the base type is an array. */
  readonly elementType: string | null;
  /** The domain's qualified name where the column's own type is one. */
  readonly domain: string | null;
  /**
   * What a type of the users' own is made of, as canonical JSON: labels of an enum, attributes of a composite,
   * base and constraints of a domain, subtype of a range, through arrays. Null (or left out) where the name of
   * the type says it all. Independent of OIDs; part of the table's shape.
   */
  readonly typeShape?: string | null;
  /** Whether a row may hold NULL: no valid NOT NULL on the column or on one of its domains. */
  readonly nullable: boolean;
  /** Qualified collation where it is not the type's default; `deterministic` is true for those without. */
  readonly collation: string | null;
  readonly deterministic: boolean;
  readonly identity: "always" | "by default" | null;
  readonly generated: "stored" | "virtual" | null;
  /** The default's expression as text, never of a generated column. */
  readonly default: string | null;
  /** Qualified name of the sequence that feeds it: by identity, ownership, or `nextval` in the default. */
  readonly sequence: string | null;
  readonly comment: string | null;
}

export interface Key {
  /** Name of the constraint, or of the index where there is only an index. */
  readonly name: string;
  readonly kind: "primary" | "unique" | "unique index";
  /** Column names; an expression stands as its text and sets `plain` to false. */
  readonly columns: readonly string[];
  /** No expression and no predicate: a key in the sense of the relational model. */
  readonly plain: boolean;
  readonly predicate: string | null;
  readonly nullsNotDistinct: boolean;
  readonly deferrable: boolean;
}

/**
 * Of a temporal foreign key (PERIOD, Postgres 18) the period is left out of both lists: it is contained, not
 * equal.
 */
export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  /** Qualified name of the table that is pointed at. */
  readonly table: string;
  readonly targetColumns: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** MATCH FULL: all or none of the columns are NULL. */
  readonly matchFull: boolean;
  readonly deferrable: boolean;
  /** False for NOT VALID and NOT ENFORCED: rows may violate it. */
  readonly validated: boolean;
  /** Whether an index of the child leads with these columns, in any order. */
  readonly indexed: boolean;
}

export type ReferentialAction = "no action" | "restrict" | "cascade" | "set null" | "set default";

export interface Index {
  readonly name: string;
  readonly unique: boolean;
  readonly valid: boolean;
  readonly method: string;
  /** Leading plain columns, up to the first expression; INCLUDE columns left out. */
  readonly columns: readonly string[];
  readonly predicate: string | null;
  readonly definition: string;
}

export interface Trigger {
  readonly name: string;
  /** `tgenabled`: fires in the origin role, always, only as replica, or never. */
  readonly enabled: "origin" | "always" | "replica" | "disabled";
  readonly timing: "before" | "after" | "instead of";
  readonly events: readonly ("insert" | "update" | "delete" | "truncate")[];
  readonly forEach: "row" | "statement";
  readonly function: string;
  readonly definition: string;
  /** Kinds of object that the function's own text makes: `CREATE SEQUENCE`. Left out (or empty) where none. */
  readonly makes?: readonly string[];
}

export interface Sequence {
  readonly schema: string;
  readonly name: string;
  readonly id: string;
  readonly type: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cycle: boolean;
  /** The column that owns it, by identity or OWNED BY. */
  readonly ownedBy: { readonly table: string; readonly column: string } | null;
}

/**
 * What a database contains, as far as a statement's effects are told from it: read by the session that has the
 * statement's transaction open, for nobody else sees what it has made.
 */
import type pg from "pg";
import { qualifiedName } from "../../postgres/identifiers.ts";

export interface State {
  /** By OID: a table that is renamed or moved is still the same. */
  readonly relations: ReadonlyMap<number, Relation>;
  /** By `table.number`: so is a column. */
  readonly columns: ReadonlyMap<string, ColumnState>;
  readonly constraints: ReadonlyMap<number, ConstraintState>;
  /** Functions, types that people make, and schemas; by catalog and OID. */
  readonly others: ReadonlyMap<string, OtherObject>;
  /** Labels of enums, by OID. */
  readonly labels: ReadonlyMap<number, { readonly type: string; readonly label: string }>;
}

export interface Relation {
  readonly oid: number;
  /** The qualified name. */
  readonly name: string;
  readonly schema: string;
  readonly bare: string;
  readonly kind: "r" | "p" | "v" | "m" | "f" | "S" | "i" | "I";
  /** The file on disk; another one after a rewrite. Null where it has none. */
  readonly file: number | null;
  /** The table that an index belongs to. */
  readonly table: number | null;
  readonly valid: boolean;
}

export interface ColumnState {
  readonly table: number;
  readonly name: string;
  /** OID and modifier: the type's name depends on the search path. */
  readonly identity: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly generated: boolean;
}

export interface ConstraintState {
  readonly table: number;
  readonly name: string;
  readonly type: "p" | "u" | "f" | "c" | "x" | "n" | "t";
  readonly validated: boolean;
  /** The OID of the index that stands for it; null where none does. */
  readonly index: number | null;
}

export interface OtherObject {
  readonly what: "function" | "type" | "schema";
  readonly name: string;
}

const USERS = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'tenantry')";

/** What an extension has brought is nobody's loss but its own. */
const notOfExtension = (catalog: string, oid: string) => `NOT EXISTS (
  SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass
     AND d.objid = ${oid} AND d.deptype = 'e')`;

const RELATIONS = `
  SELECT c.oid::int8::float8 AS oid, n.nspname::text AS schema, c.relname::text AS bare, c.relkind::text AS kind,
         pg_catalog.pg_relation_filenode(c.oid)::int8::float8 AS file,
         x.indrelid::int8::float8 AS "table", coalesce(x.indisvalid, true) AS valid
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I') AND c.relpersistence <> 't' AND ${USERS}`;

const COLUMNS = `
  SELECT c.oid::int8::float8 AS "table", a.attnum AS number, a.attname::text AS name,
         a.atttypid::text || ' ' || a.atttypmod AS identity,
         pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS "notNull",
         CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS "default",
         a.attgenerated <> '' AS generated
    FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped
     AND ${USERS}`;

const CONSTRAINTS = `
  SELECT o.oid::int8::float8 AS oid, c.oid::int8::float8 AS "table", o.conname::text AS name,
         o.contype::text AS type, o.convalidated AS validated,
         CASE WHEN o.contype IN ('p', 'u', 'x') THEN o.conindid::int8::float8 END AS index
    FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_class c ON c.oid = o.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relpersistence <> 't' AND o.contype <> 't' AND ${USERS}`;

/** Of types: enums, domains, ranges, and composites that are no table's row. */
const OTHERS = `
  SELECT 'function' AS what, p.oid::int8::float8 AS oid,
         pg_catalog.format('%I.%I(%s)', n.nspname, p.proname,
                           pg_catalog.pg_get_function_identity_arguments(p.oid)) AS name
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
   WHERE ${USERS} AND ${notOfExtension("pg_proc", "p.oid")}
   UNION ALL
  SELECT 'type', t.oid::int8::float8, pg_catalog.format('%I.%I', n.nspname, t.typname)
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
   WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
     AND ${USERS} AND ${notOfExtension("pg_type", "t.oid")}
   UNION ALL
  SELECT 'schema', n.oid::int8::float8, pg_catalog.format('%I', n.nspname)
    FROM pg_catalog.pg_namespace n WHERE ${USERS} AND ${notOfExtension("pg_namespace", "n.oid")}`;

const LABELS = `
  SELECT e.oid::int8::float8 AS oid, pg_catalog.format('%I.%I', n.nspname, t.typname) AS type,
         e.enumlabel::text AS label
    FROM pg_catalog.pg_enum e JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE ${USERS}`;

const keyed = (name: string, select: string) =>
  `(SELECT coalesce(pg_catalog.json_agg(${name}), '[]') FROM (${select}) ${name}) AS ${name}`;

const STATE = `SELECT ${[
  keyed("relations", RELATIONS),
  keyed("columns", COLUMNS),
  keyed("constraints", CONSTRAINTS),
  keyed("others", OTHERS),
  keyed("labels", LABELS),
].join(", ")}`;

interface Answer {
  readonly relations: readonly Omit<Relation, "name">[];
  readonly columns: readonly (ColumnState & { readonly number: number })[];
  readonly constraints: readonly (ConstraintState & { readonly oid: number })[];
  readonly others: readonly (OtherObject & { readonly oid: number })[];
  readonly labels: readonly { readonly oid: number; readonly type: string; readonly label: string }[];
}

/** One statement, so that it is one moment. It takes locks on the system's catalogs only. */
export async function readState(client: pg.ClientBase): Promise<State> {
  const { rows } = await client.query<Answer>({ name: "tenantry_state", text: STATE });
  const { relations, columns, constraints, others, labels } = rows[0]!;
  return {
    relations: new Map(
      relations.map((each) => [each.oid, { ...each, name: qualifiedName(each.schema, each.bare) }]),
    ),
    columns: new Map(columns.map((each) => [`${each.table}.${each.number}`, each])),
    constraints: new Map(constraints.map((each) => [each.oid, each])),
    others: new Map(others.map((each) => [`${each.what} ${each.oid}`, each])),
    labels: new Map(labels.map((each) => [each.oid, each])),
  };
}

/** What an index or a constraint says, by OID. */
export type Definitions = ReadonlyMap<number, string>;

const DEFINITIONS = `
  SELECT oid::int8::float8 AS oid, pg_catalog.pg_get_indexdef(oid) AS definition
    FROM unnest($1::oid[]) AS indexes(oid)
   UNION ALL
  SELECT oid::int8::float8, pg_catalog.pg_get_constraintdef(oid) FROM unnest($2::oid[]) AS constraints(oid)`;

/** Of those that are new: for all of them it takes longer than everything else together. */
export async function readDefinitions(
  client: pg.ClientBase,
  before: State,
  after: State,
): Promise<Definitions> {
  const constraints = [...after.constraints.keys()].filter((oid) => !before.constraints.has(oid));
  const indexes = [...after.relations.values()]
    .filter(({ oid, kind }) => (kind === "i" || kind === "I") && !before.relations.has(oid))
    .map(({ oid }) => oid);
  if (constraints.length + indexes.length === 0) return new Map();
  const { rows } = await client.query<{ oid: number; definition: string }>(DEFINITIONS, [
    indexes,
    constraints,
  ]);
  return new Map(rows.map(({ oid, definition }) => [oid, definition]));
}

/**
 * Small catalogs by hand, for tests of what is pure. `catalogOf(table("orders").column("id", "uuid").primary("id"))`:
 * everything that is not said has the value that a plain, well-indexed table of schema public would have.
 */
import type { Catalog, Column, ForeignKey, Index, Key, Table } from "../../catalog/catalog.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import { type PlatformFile, readPlatformFile } from "../platform-file.ts";

/** `uuid`, `text[]`, `int8?` (nullable), and `serial` or `identity` for an int8 that a sequence feeds. */
export type TypeName = string;

export interface TableBuilder {
  column(name: string, type: TypeName, more?: Partial<Column>): TableBuilder;
  /** A column with a foreign key of its own: `to("project_id", "uuid", "projects.id")`. */
  to(name: string, type: TypeName, target: string, more?: Partial<ForeignKey>): TableBuilder;
  foreignKey(
    columns: string[],
    target: string,
    targetColumns: string[],
    more?: Partial<ForeignKey>,
  ): TableBuilder;
  primary(...columns: string[]): TableBuilder;
  unique(...columns: string[]): TableBuilder;
  key(key: Partial<Key>): TableBuilder;
  index(...columns: string[]): TableBuilder;
  with(more: Partial<Table>): TableBuilder;
  build(): Table;
}

/** @param name in schema public, or `schema.name` */
export function table(name: string): TableBuilder {
  const [last = "", schema = "public"] = name.split(".").toReversed();
  const columns: Column[] = [];
  const keys: Key[] = [];
  const foreignKeys: ForeignKey[] = [];
  const indexes: Index[] = [];
  let rest: Partial<Table> = {};
  const id = qualifiedName(schema, last);

  const builder: TableBuilder = {
    column(column, type, more = {}) {
      columns.push({ ...columnOf(id, column, type, columns.length + 1), ...more });
      return builder;
    },
    to(column, type, target, more) {
      const [targetColumn = "", ...targetTable] = target.split(".").toReversed();
      builder.column(column, type);
      return builder.foreignKey([column], targetTable.toReversed().join("."), [targetColumn], more);
    },
    foreignKey(own, target, targetColumns, more = {}) {
      const indexed = more.indexed ?? true;
      if (indexed) builder.index(...own);
      foreignKeys.push({
        name: `${last}_${own.join("_")}_fkey`,
        columns: own,
        table: target.includes(".") ? target : `public.${target}`,
        targetColumns,
        onDelete: "no action",
        onUpdate: "no action",
        matchFull: false,
        deferrable: false,
        validated: true,
        ...more,
        indexed,
      });
      return builder;
    },
    primary: (...own) => builder.key({ name: `${last}_pkey`, kind: "primary", columns: own }),
    unique: (...own) => builder.key({ name: `${last}_${own.join("_")}_key`, kind: "unique", columns: own }),
    key(key) {
      const made: Key = {
        name: `${last}_idx`,
        kind: "unique index",
        columns: [],
        plain: true,
        predicate: null,
        nullsNotDistinct: false,
        deferrable: false,
        ...key,
      };
      keys.push(made);
      if (made.plain) builder.index(...made.columns);
      return builder;
    },
    index(...own) {
      const name = `${last}_${own.join("_")}_idx`;
      const definition = `CREATE INDEX ${name}`;
      indexes.push({
        name,
        unique: false,
        valid: true,
        method: "btree",
        columns: own,
        predicate: null,
        definition,
      });
      return builder;
    },
    with(more) {
      rest = { ...rest, ...more };
      return builder;
    },
    build: () => ({
      ...plainTable,
      schema,
      name: last,
      id,
      columns,
      keys: keys.toSorted((a, b) => Number(b.kind === "primary") - Number(a.kind === "primary")),
      foreignKeys,
      indexes,
      ...rest,
    }),
  };
  return builder;
}

const plainTable: Table = {
  oid: 16384,
  schema: "public",
  name: "",
  id: "",
  kind: "table",
  persistence: "permanent",
  partitionOf: null,
  inherits: [],
  comment: null,
  owner: "owner",
  ownedByRole: true,
  privileges: { select: true, insert: true, update: true, delete: true, lock: true },
  rowSecurity: { enabled: false, forced: false },
  policies: [],
  columns: [],
  keys: [],
  foreignKeys: [],
  indexes: [],
  triggers: [],
  checks: [],
  exclusions: [],
  estimatedRows: 1,
  bytes: 8192,
};

function columnOf(tableId: string, name: string, typeName: TypeName, position: number): Column {
  const nullable = typeName.endsWith("?");
  const word = nullable ? typeName.slice(0, -1) : typeName;
  const isFed = word === "serial" || word === "identity";
  const type = isFed ? "int8" : word;
  const element = type.endsWith("[]") ? `pg_catalog.${type.slice(0, -2)}` : null;
  return {
    name,
    position,
    type: isFed ? "bigint" : type,
    typeOid: 0,
    baseType: element === null ? `pg_catalog.${type}` : `pg_catalog._${type.slice(0, -2)}`,
    baseTypeOid: 0,
    typeKind: "base",
    elementType: element,
    domain: null,
    nullable,
    collation: null,
    deterministic: true,
    identity: word === "identity" ? "always" : null,
    generated: null,
    default: word === "serial" ? `nextval('${tableId}_${name}_seq'::regclass)` : null,
    sequence: isFed ? `${tableId}_${name}_seq` : null,
    comment: null,
  };
}

export function catalogOf(...tables: TableBuilder[]): Catalog {
  return {
    server: {
      versionNumber: 180000,
      version: "PostgreSQL 18.0",
      systemIdentifier: "1",
      timeline: 1,
      trackCounts: true,
    },
    database: {
      oid: 1,
      name: "test",
      encoding: "UTF8",
      collation: "C",
      ctype: "C",
      collationVersion: null,
    },
    role: { name: "owner", superuser: false, bypassRls: true, maySetReplicationRole: true },
    extensions: [],
    tables: new Map(tables.map((builder) => builder.build()).map((built) => [built.id, built])),
    sequences: [],
  };
}

/** `organizations`, the root that most tests use: a uuid and a slug. */
export function organizations(): TableBuilder {
  return table("organizations").column("id", "uuid").column("slug", "text").primary("id").unique("slug");
}

/** A platform file whose root is `organizations`, with more YAML behind it. Throws where it is not valid. */
export function platformOf(more = ""): PlatformFile {
  return fileOf(
    `platform: test\ntenant: { table: public.organizations, key: id, slug: slug }\n${unindented(more)}`,
  );
}

/** Any platform file. Throws where it is not valid: then the test is wrong. */
export function fileOf(yaml: string): PlatformFile {
  const { file, findings } = readPlatformFile(unindented(yaml), "platform.yaml");
  if (file === null || findings.length > 0) throw new Error(JSON.stringify(findings, null, 2));
  return file;
}

/** Lets YAML stand indented in a test: takes away the first line's indentation. */
function unindented(text: string): string {
  const body = text.replace(/^\n/, "");
  const indent = /^ */.exec(body)![0];
  return body.replaceAll(new RegExp(`^${indent}`, "gm"), "");
}

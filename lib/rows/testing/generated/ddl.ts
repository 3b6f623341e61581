/** A built platform as SQL for the database. */
import { quoteLiteral } from "../../../postgres/identifiers.ts";
import type { BuiltPlatform, BuiltTable } from "./built.ts";
import { list, qualified, quote } from "./keys.ts";

/** Tables first, foreign keys apart: rows that are there before the keys are checked when the keys come. */
export interface Ddl {
  readonly tables: string;
  readonly keys: string;
}

export interface SchemaSql {
  readonly common: Ddl;
  /** Of one tenant's schema, which is called by the pattern; nothing where all tenants share the tables. */
  readonly tenant: Ddl;
}

/** @param shuffled columns in another order, and one that has been dropped */
export function schemaSql(
  { root, rooted, placement, people, tables }: BuiltPlatform,
  shuffled: boolean,
): SchemaSql {
  const common = [...(people === null ? [] : [people]), ...(rooted ? [root] : [])];
  const owned = tables.slice(1);
  const makeSchema = (schema: string) => (schema === "public" ? "" : `CREATE SCHEMA ${quote(schema)};`);
  const ddl = (each: readonly BuiltTable[], schema: string): Ddl => ({
    tables: [makeSchema(schema), ...each.map((table) => tableSql(table, shuffled))].join("\n"),
    keys: each.flatMap(keysSql).join("\n"),
  });
  if (placement === "shared")
    return { common: ddl([...common, ...owned], root.schema), tenant: { tables: "", keys: "" } };
  return { common: ddl(common, root.schema), tenant: ddl(owned, owned[0]!.schema) };
}

function tableSql(table: BuiltTable, shuffled: boolean): string {
  const { sequence, id, partition, inherits, indexes, shape } = table;
  const name = qualified(table);
  const own = inherits === null ? table.columns : table.columns.slice(inherits.columns.length);
  const columns = own.map(
    (column) =>
      `${quote(column.name)} ${column.definition}${
        sequence !== null && inherits === null && column.name === id?.column
          ? ` DEFAULT nextval(${quoteLiteral(qualified({ ...table, name: sequence }))})`
          : ""
      }`,
  );
  const dropped = shuffled && inherits === null;
  const inside = [
    ...(dropped ? [`"to be dropped" text`, ...columns.reverse()] : columns),
    ...table.constraints,
  ];
  const makes = [
    `CREATE TABLE ${name} (${inside.join(", ")})${inherits === null ? "" : ` INHERITS (${qualified(inherits)})`}${
      partition === null
        ? ""
        : ` PARTITION BY ${partition.kind === "hash" ? "HASH" : "RANGE"} (${list(partition.by.slice(0, 1))})`
    };`,
    ...(dropped ? [`ALTER TABLE ${name} DROP COLUMN "to be dropped";`] : []),
    ...partitionsSql(table),
    ...indexes.map((index) => `CREATE UNIQUE INDEX ON ${name} ${index};`),
  ];
  if (shape?.hidden)
    makes.push(
      `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY nobody ON ${name} USING (false);`,
    );
  if (sequence === null || inherits !== null) return makes.join("\n");
  const made = qualified({ ...table, name: sequence });
  const owner = `${name}.${quote(id!.column)}`;
  return [`CREATE SEQUENCE ${made};`, ...makes, `ALTER SEQUENCE ${made} OWNED BY ${owner};`].join("\n");
}

/** Named apart from all tables, and short: what is cut off at 63 bytes would be one name. */
function partitionsSql(table: BuiltTable): string[] {
  if (table.partition === null) return [];
  const name = (part: string) => qualified({ ...table, name: `${table.name.slice(0, 20)} part ${part}` });
  const of = (part: string, parent: string) => `CREATE TABLE ${name(part)} PARTITION OF ${parent}`;
  if (table.partition.kind === "hash")
    return [0, 1].map(
      (rest) => `${of(String(rest), qualified(table))} FOR VALUES WITH (MODULUS 2, REMAINDER ${rest});`,
    );
  const byKind = ` PARTITION BY LIST (${quote(table.partition.by[1]!)})`;
  return [
    `${of("now", qualified(table))} FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')${byKind};`,
    `${of("ab", name("now"))} FOR VALUES IN ('a', 'b''');`,
    `${of("rest", name("now"))} DEFAULT;`,
    `${of("before", qualified(table))} DEFAULT;`,
  ];
}

function keysSql(table: BuiltTable): string[] {
  return table.pointers.flatMap(({ columns, to, targets, constraint }) =>
    constraint === null
      ? []
      : [
          `ALTER TABLE ${qualified(table)} ADD FOREIGN KEY (${list(columns)}) REFERENCES ${qualified(to)} (${list(targets)})${constraint};`,
        ],
  );
}

/** From a shape to tables: names, columns, keys and what points where. Pure. */

import type { BuiltColumn, BuiltPlatform, BuiltPointer, BuiltTable } from "./built.ts";
import { KEY_TYPES, naming, peopleTable, primaryKey, quote } from "./keys.ts";
import { TYPES } from "./material.ts";
import type { PlatformShape, TableShape } from "./shape.ts";

/** Paths to the tenant longer than this are nobody's schema. */
const MAX_DEPTH = 4;

export function build(shape: PlatformShape): BuiltPlatform {
  const schema = shape.oddSchema ? 'My."Odd".Schema' : "public";
  const tableNames = naming(shape.names);
  // No name twice in a platform: what is called like the tenant's key elsewhere is taken for it.
  const columnNames = naming(shape.names * 7 + 3);
  const rootId = columnNames();
  const slug = shape.slug ? columnNames() : null;
  const root: BuiltTable = {
    schema,
    name: tableNames(),
    shape: null,
    columns: [
      { name: rootId, ...KEY_TYPES[shape.rootKey === "identity" ? "always" : shape.rootKey] },
      ...(slug === null ? [] : [{ name: slug, type: "text", definition: "text NOT NULL UNIQUE" }]),
    ],
    pointers: [],
    constraints: [primaryKey([rootId])],
    id: {
      column: rootId,
      made: ({ uuid: "uuid", identity: "number", text: "chosen" } as const)[shape.rootKey],
    },
    otherKey: null,
    position: null,
    targets: [rootId],
    depth: 0,
  };
  const people = shape.common === "none" ? null : peopleTable(schema, tableNames(), shape.common);
  const tables = [root];
  for (const each of shape.tables)
    tables.push(buildTable(each, schema, tableNames(), columnNames, tables, people));
  return { root, slug, people, tables };
}

function buildTable(
  shape: TableShape,
  schema: string,
  name: string,
  names: () => string,
  before: readonly BuiltTable[],
  people: BuiltTable | null,
): BuiltTable {
  const owners = before.filter(({ targets, depth }) => targets.length > 0 && depth < MAX_DEPTH);
  const owner = owners[shape.owner % owners.length]!;
  const columns: BuiltColumn[] = [];
  const pointers: BuiltPointer[] = [];
  const constraints: string[] = [];
  const single = shape.key !== "composite" && shape.key !== "none";
  const idColumn = single ? names() : null;
  if (idColumn !== null) {
    columns.push({ name: idColumn, ...KEY_TYPES[shape.key as keyof typeof KEY_TYPES] });
    constraints.push(primaryKey([idColumn]));
  }
  const point = (
    kind: BuiltPointer["kind"],
    to: BuiltTable,
    targets: readonly string[],
    required: boolean,
  ) => {
    const mine = targets.map((target) => {
      const column = { name: names(), type: typeOf(to, target) };
      columns.push({ ...column, definition: `${column.type}${required ? " NOT NULL" : ""}` });
      return column.name;
    });
    pointers.push({ kind, columns: mine, to, targets, required, shape: "none" });
    return mine;
  };
  const ownerColumns = point("owner", owner, owner.targets, true);
  const position = shape.key === "composite" ? names() : null;
  if (position !== null) {
    columns.push({ name: position, type: "smallint", definition: "smallint NOT NULL" });
    constraints.push(primaryKey([...ownerColumns, position]));
  }
  const otherKey = single && shape.target === "other key" ? names() : null;
  if (otherKey !== null) columns.push({ name: otherKey, type: "uuid", definition: "uuid NOT NULL UNIQUE" });
  const pair = single && shape.target === "pair" && owner === before[0];
  if (pair) constraints.push(`UNIQUE (${[...ownerColumns, idColumn!].map(quote).join(", ")})`);
  const targets =
    otherKey !== null
      ? [otherKey]
      : pair
        ? [...ownerColumns, idColumn!]
        : single
          ? [idColumn!]
          : position === null
            ? []
            : [...ownerColumns, position];
  const table: BuiltTable = {
    schema,
    name,
    shape,
    columns,
    pointers,
    constraints,
    id: idColumn === null ? null : { column: idColumn, made: madeBy(shape.key) },
    otherKey,
    position,
    targets,
    depth: owner.depth + 1,
  };
  if (shape.self !== "none" && idColumn !== null) point("self", table, [idColumn], shape.self === "required");
  // By its own key alone: a nullable pair would carry a second, nullable tenant key, which a person must explain.
  const crossable = before.slice(1).filter((each) => each.id !== null);
  if (shape.cross !== null && crossable.length > 0) {
    const to = crossable[shape.cross % crossable.length]!;
    point("cross", to, [to.id!.column], false);
  }
  if (shape.toCommon && people !== null) point("common", people, ["id"], false);
  const named = before.slice(1).filter(({ id }) => id !== null);
  if (shape.virtual !== "none" && named.length > 0) {
    const to = named[shape.virtualTo % named.length]!;
    const type = virtualType(shape.virtual, typeOf(to, to.id!.column));
    const column = names();
    columns.push({ name: column, type, definition: type });
    pointers.push({
      kind: "virtual",
      columns: [column],
      to,
      targets: [to.id!.column],
      required: false,
      shape: shape.virtual,
    });
  }
  if (shape.back !== "none" && targets.length > 0 && owner !== before[0]) pointBack(owner, table, shape.back);
  if (shape.computed !== "none") {
    const base = names();
    columns.push({ name: base, type: "integer", definition: "integer", values: ["1", "-7", "1000"] });
    const definition = `bigint GENERATED ALWAYS AS (${quote(base)} * 2) ${shape.computed.toUpperCase()}`;
    columns.push({ name: names(), type: "bigint", definition, computed: true });
  }
  for (const extra of shape.extras) {
    const { type, values } = TYPES[extra]!;
    columns.push({ name: names(), type, definition: type, values });
  }
  return table;
}

/** The owner gets a column for it, named after the table: its own list of names is used up. */
function pointBack(owner: BuiltTable, table: BuiltTable, back: "nullable" | "deferred"): void {
  const required = back === "deferred";
  const columns = table.targets.map((target, at) => {
    const name = `back ${at} ${table.name}`.slice(0, 20) + owner.columns.length;
    const type = typeOf(table, target);
    owner.columns.push({ name, type, definition: `${type}${required ? " NOT NULL" : ""}` });
    return name;
  });
  owner.pointers.push({ kind: "back", columns, to: table, targets: table.targets, required, shape: "none" });
}

function virtualType(shape: TableShape["virtual"], type: string): string {
  if (shape === "array") return `${type}[]`;
  if (shape === "json" || shape === "jsonb") return shape;
  return shape === "pattern" ? "text" : type;
}

function madeBy(key: TableShape["key"]): "uuid" | "number" | "nanoid" {
  if (key === "uuid" || key === "domain") return "uuid";
  return key === "nanoid" ? "nanoid" : "number";
}

export function typeOf(table: BuiltTable, column: string): string {
  return table.columns.find(({ name }) => name === column)!.type;
}

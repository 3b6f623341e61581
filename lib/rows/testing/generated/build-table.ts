/** One table of a random platform. Pure. */
import type { Build, BuiltColumn, BuiltPointer, BuiltTable } from "./built.ts";
import { isSingle, KEY_TYPES, list, madeBy, primaryKey, typeOf } from "./keys.ts";
import { addOddities } from "./oddities.ts";
import type { PlatformShape, TableShape } from "./shape.ts";

/** Paths to the tenant longer than this are nobody's schema. */
const MAX_DEPTH = 4;

export function buildTable(asked: TableShape, name: string, build: Build): BuiltTable {
  const { tables, people, names, schema } = build;
  const root = tables[0]!;
  const owners = tables.filter(({ targets, depth }) => targets.length > 0 && depth < MAX_DEPTH);
  const owner = owners[asked.owner % owners.length]!;
  const shape = possible(asked, owner === root, build.shape.placement);
  const columns: BuiltColumn[] = [];
  const pointers: BuiltPointer[] = [];
  const constraints: string[] = [];
  const idColumn = isSingle(shape.key) ? names() : null;
  const sequence = shape.key === "domain serial" ? `sequence ${tables.length} of "it"` : null;
  if (isSingle(shape.key)) columns.push({ name: idColumn!, ...KEY_TYPES[shape.key] });

  const point = (
    kind: BuiltPointer["kind"],
    to: BuiltTable,
    targets: readonly string[],
    {
      required,
      constraint = "",
      share = [],
    }: { required: boolean; constraint?: string | null; share?: string[] },
  ) => {
    const made = targets.slice(share.length).map((target) => {
      const column = { name: names(), type: typeOf(to, target) };
      columns.push({ ...column, definition: `${column.type}${required ? " NOT NULL" : ""}` });
      return column.name;
    });
    const mine = [...share, ...made];
    const vouched = to === root && !build.rooted ? null : constraint;
    pointers.push({ kind, columns: mine, to, targets, required, shape: "none", constraint: vouched });
    return mine;
  };

  // Where a tenant has a schema, nothing else says that its rows are its own.
  const alone = build.shape.placement === "schema" && owner === root;
  const bond = shape.partition !== "none" && shape.bond === "not valid" ? "valid" : shape.bond;
  const ownerColumns = alone
    ? []
    : point("owner", owner, owner.targets, {
        required: !shape.shared,
        constraint: bond === "none" && owner !== root ? "" : BONDS[bond],
      });
  if (shape.alsoKey !== "none") {
    const required = shape.alsoKey === "required";
    point("key", root, root.targets, { required, constraint: shape.bond === "none" ? null : "" });
  }
  const position = idColumn === null && shape.key !== "none" ? names() : null;
  if (position !== null) {
    const isText = shape.key === "composite text";
    const type = isText ? "text" : "integer";
    columns.push({
      name: position,
      type,
      definition: `${type} NOT NULL`,
      counted: isText ? "label" : "number",
    });
  }
  const dayAndKind = shape.partition === "list under range" ? [names(), names()] : [];
  for (const [at, column] of dayAndKind.entries()) columns.push(at === 0 ? day(column) : kindOf(column));
  const key = idColumn !== null ? [idColumn] : position !== null ? [...ownerColumns, position] : [];
  const indexes: string[] = [];
  if (shape.key === "unique index") indexes.push(`(${list([...key, ...dayAndKind])})`);
  else if (key.length > 0) constraints.push(primaryKey([...key, ...dayAndKind]));

  const otherKey = idColumn !== null && shape.target === "other key" ? names() : null;
  if (otherKey !== null) {
    columns.push({ name: otherKey, type: "uuid", definition: "uuid NOT NULL" });
    constraints.push(`UNIQUE (${list([otherKey])})`);
  }
  const pair = idColumn !== null && shape.target === "pair" && ownerColumns.length > 0 && owner === root;
  if (pair) constraints.push(`UNIQUE (${list([...ownerColumns, idColumn])})`);
  const isTarget = !shape.shared && dayAndKind.length === 0;
  const table: BuiltTable = {
    schema,
    name,
    shape,
    columns,
    pointers,
    constraints,
    indexes,
    id:
      idColumn === null
        ? null
        : { column: idColumn, made: madeBy(shape.key as keyof typeof KEY_TYPES & TableShape["key"]) },
    named: dayAndKind.length === 0,
    sequence,
    otherKey,
    targets: !isTarget ? [] : otherKey !== null ? [otherKey] : pair ? [...ownerColumns, idColumn] : key,
    partition: partitionOf(shape, key, dayAndKind, ownerColumns),
    inherits: null,
    shared: shape.shared ? names() : null,
    depth: owner.depth + 1,
  };
  if (table.shared !== null) {
    columns.push({
      name: table.shared,
      type: "text",
      definition: "text NOT NULL",
      values: ["own"],
      always: true,
    });
    indexes.push(`(${list([table.shared])}) WHERE ${list(ownerColumns)} IS NULL`);
  }
  if (shape.self !== "none" && idColumn !== null)
    point("self", table, [idColumn], { required: shape.self === "required" });
  const crossable = tables.slice(1).filter((each) => each.id !== null && each.named);
  if (shape.cross !== null && crossable.length > 0) {
    const to = crossable[shape.cross % crossable.length]!;
    const both = to.targets.length === 2 && pair && to.pointers[0]!.to === root;
    // By its own key alone, or with the tenant's that is there anyway: a second, nullable one a person must explain.
    const [cross] = point("cross", to, both ? to.targets : [to.id!.column], {
      required: false,
      share: both ? [...ownerColumns] : [],
    }).slice(-1);
    if (both && build.major >= 15)
      pointers.push({ ...pointers.pop()!, constraint: ` ON DELETE SET NULL (${list([cross!])})` });
  }
  if (shape.toCommon && people !== null) point("common", people, ["id"], { required: false });
  const named = tables.slice(1).filter((each) => each.id !== null && each.named && each.shared === null);
  if (shape.virtual !== "none" && named.length > 0) {
    const to = named[shape.virtualTo % named.length]!;
    const type = virtualType(shape.virtual, typeOf(to, to.id!.column));
    const column = names();
    columns.push({ name: column, type, definition: type });
    const [kind, targets] = ["virtual", [to.id!.column]] as const;
    const form = shape.virtual;
    pointers.push({ kind, columns: [column], to, targets, required: false, shape: form, constraint: null });
  }
  if (shape.back !== "none" && table.targets.length > 0 && owner !== root)
    pointBack(owner, table, shape.back);
  addOddities(table, ownerColumns, build);
  // A table without any column is refused: nothing would tell its rows.
  if (columns.length === 0) columns.push({ name: names(), type: "text", definition: "text", values: ["x"] });
  return table;
}

const BONDS = {
  valid: "",
  "not valid": " NOT VALID",
  cascade: " ON DELETE CASCADE ON UPDATE CASCADE",
  none: null,
} as const;

/** What cannot be together is left out, the later of the two. */
function possible(
  shape: TableShape,
  ownedByRoot: boolean,
  placement: PlatformShape["placement"],
): TableShape {
  const inCommonTables = placement === "shared";
  if (shape.shared && ownedByRoot && inCommonTables && isSingle(shape.key))
    return {
      ...shape,
      ...PLAIN,
      alsoKey: "none",
      partition: "none",
      target: "key",
      cross: null,
      toCommon: false,
    };
  const partitioned =
    shape.partition === "none"
      ? {}
      : ({ target: shape.target === "pair" ? "pair" : "key", unique: "none" } as const);
  const outside =
    shape.partition === "list under range" ? ({ self: "none", back: "none", target: "key" } as const) : {};
  const alsoKey = ownedByRoot || !inCommonTables ? "none" : shape.alsoKey;
  return { ...shape, shared: false, alsoKey, ...partitioned, ...outside };
}

const PLAIN = { self: "none", back: "none", virtual: "none", unique: "none", heir: false } as const;

function partitionOf(
  { partition: kind }: TableShape,
  key: readonly string[],
  dayAndKind: readonly string[],
  ownerColumns: readonly string[],
): BuiltTable["partition"] {
  if (kind === "none") return null;
  const by =
    kind === "list under range" ? dayAndKind : key.length > 0 ? key.slice(-1) : ownerColumns.slice(0, 1);
  return by.length === 0 ? null : { kind, by };
}

function day(name: string): BuiltColumn {
  return {
    name,
    type: "date",
    definition: "date NOT NULL",
    values: ["2026-01-01", "2026-01-31", "2025-12-31"],
    always: true,
  };
}

function kindOf(name: string): BuiltColumn {
  return { name, type: "text", definition: "text NOT NULL", values: ["a", "b'", "zzz"], always: true };
}

/** The owner gets a column for it, named after the table: its own list of names is used up. */
function pointBack(owner: BuiltTable, table: BuiltTable, back: "nullable" | "required" | "deferred"): void {
  const required = back !== "nullable";
  const columns = table.targets.map((target, at) => {
    const name = `back ${at} ${table.name}`.slice(0, 20) + owner.columns.length;
    const type = typeOf(table, target);
    owner.columns.push({ name, type, definition: `${type}${required ? " NOT NULL" : ""}` });
    return name;
  });
  const constraint = back === "deferred" ? " DEFERRABLE INITIALLY DEFERRED" : "";
  const [kind, to, targets] = ["back", table, table.targets] as const;
  owner.pointers.push({ kind, columns, to, targets, required, shape: "none", constraint });
}

function virtualType(shape: TableShape["virtual"], type: string): string {
  if (shape === "array") return `${type}[]`;
  if (shape === "json" || shape === "jsonb") return shape;
  return shape === "pattern" ? "text" : type;
}

/** Rows for a built platform: every tenant's in every table, as SQL scripts. */
import { quoteLiteral } from "../../../postgres/identifiers.ts";
import type { BuiltColumn, BuiltPlatform, BuiltPointer, BuiltTable } from "./built.ts";
import { list, qualified, quote, typeOf } from "./keys.ts";
import { type Dice, dice } from "./material.ts";
import type { PlatformShape } from "./shape.ts";
import { newId, nextNumber, virtualValue } from "./values.ts";

type Row = Record<string, string | null>;
type Rows = Map<BuiltTable, Row[]>;

export interface Filling {
  /** Rows that are nobody's: people, and those without a tenant's key. */
  readonly common: string;
  readonly tenants: readonly FilledTenant[];
  /** Sequences go on behind the rows. */
  readonly sequences: string;
}

export interface FilledTenant {
  readonly key: string;
  /** What its schema is called by, where it has one. */
  readonly called: string;
  readonly sql: string;
}

/** What is thrown, counted and there already. */
interface Making {
  readonly platform: BuiltPlatform;
  readonly throws: Dice;
  readonly counters: Map<BuiltTable, number>;
  readonly common: Rows;
}

export function fill(platform: BuiltPlatform, shape: PlatformShape): Filling {
  const { root, rooted, people, tables } = platform;
  const making: Making = { platform, throws: dice(shape.seed + 1), counters: new Map(), common: new Map() };
  if (people !== null) making.common.set(people, makePeople(people, making));
  for (const table of tables)
    if (table.shared !== null && table.inherits === null) making.common.set(table, makeShared(table, making));
  const tenants = Array.from({ length: shape.tenants }, (_, tenant): FilledTenant => {
    const mine = makeTenant(making, shape.rows, tenant);
    const own = mine.get(root)![0]!;
    const inserts = [...mine].filter(([table]) => rooted || table !== root);
    // Without a table of tenants there is only what the schema is called.
    const key = platform.placement === "schema" && !rooted ? `tenant-${tenant}` : own[root.id!.column]!;
    const called = platform.slug === null ? key : own[platform.slug]!;
    return { key, called, sql: inserts.map(([table, rows]) => insertSql(table, rows)).join("\n") };
  });
  const counted = [...(people === null ? [] : [people]), ...tables].filter(
    (table) => rooted || table !== root,
  );
  return {
    common: [...making.common].map(([table, rows]) => insertSql(table, rows)).join("\n"),
    tenants,
    sequences: counted.map(sequenceSql).join("\n"),
  };
}

function makeTenant(making: Making, most: number, tenant: number): Rows {
  const { platform, throws } = making;
  const mine: Rows = new Map();
  for (const table of platform.tables) {
    // The first one is the root's: a tenant that is only a value is there by a row of its own. A table without a
    // row proves little, and leaves those below it without any.
    const least = table === platform.tables[1] || !throws.chance(5) ? 1 : 0;
    const count = table === platform.root ? 1 : Math.max(least, throws.below(most + 1));
    mine.set(table, makeRows(making, table, count, mine, tenant));
  }
  for (const table of platform.tables) feedCircles(making, table, mine, tenant);
  for (const [table, rows] of mine) for (const row of rows) pointAll(making, table, row, mine);
  return mine;
}

function makePeople(table: BuiltTable, { throws, counters }: Making): Row[] {
  return Array.from({ length: 4 }, (_, n) => ({
    id: newId(table, n, throws, counters),
    email: `p${n}'"\\@example.org`,
    name: n === 0 ? null : `Person ${n}`,
  }));
}

function makeShared(table: BuiltTable, making: Making): Row[] {
  return Array.from({ length: 2 }, (_, n) => {
    const row: Row = { [table.id!.column]: newId(table, n, making.throws, making.counters) };
    for (const column of table.columns) putValue(making, table, column, row);
    return { ...row, [table.shared!]: `everybody's ${n}` };
  });
}

/** Rows with their ids, their owner and their values; what else they point at comes when all are there. */
function makeRows(
  making: Making,
  table: BuiltTable,
  count: number,
  mine: ReadonlyMap<BuiltTable, Row[]>,
  tenant: number,
): Row[] {
  const { platform, throws, counters } = making;
  const owner = table.pointers.find(({ kind }) => kind === "owner");
  const owners = owner === undefined ? [] : mine.get(owner.to)!;
  if (owner !== undefined && owners.length === 0) return [];
  return Array.from({ length: count }, () => {
    const row: Row = {};
    if (table.id !== null) row[table.id.column] = newId(table, tenant, throws, counters);
    if (table.otherKey !== null) row[table.otherKey] = throws.uuid();
    if (platform.slug !== null && table === platform.root) row[platform.slug] = `tenant-${tenant}`;
    if (owner !== undefined) point(owner, row, throws.pick(owners));
    for (const column of table.columns) putValue(making, table, column, row);
    return row;
  });
}

function putValue({ throws, counters }: Making, table: BuiltTable, column: BuiltColumn, row: Row): void {
  const { name, values, always, counted } = column;
  if (counted !== undefined) {
    const number = nextNumber(table, counters);
    const thirds = throws.chance(2) ? "1" : String(number * 3);
    row[name] = {
      number: String(number),
      label: `Label "${number}"`,
      span: `[${number * 2},${number * 2 + 2})`,
      thirds,
    }[counted];
  } else if (values !== undefined)
    row[name] = always !== true && throws.chance(5) ? null : throws.pick(values);
}

/** An owner that must point back has something to point at. */
function feedCircles(making: Making, table: BuiltTable, mine: Rows, tenant: number): void {
  for (const { kind, required, to } of table.pointers) {
    if (kind !== "back" || !required || mine.get(table)!.length === 0 || mine.get(to)!.length > 0) continue;
    mine.set(to, makeRows(making, to, 1, mine, tenant));
    feedCircles(making, to, mine, tenant);
  }
}

function pointAll({ throws, common }: Making, table: BuiltTable, row: Row, mine: Rows): void {
  for (const pointer of table.pointers) {
    if (pointer.kind === "owner") continue;
    const candidates = [...(mine.get(pointer.to) ?? []), ...(common.get(pointer.to) ?? [])];
    if (pointer.kind === "virtual") row[pointer.columns[0]!] = virtualValue(pointer, candidates, throws);
    else if (pointer.required || (candidates.length > 0 && !throws.chance(4)))
      point(pointer, row, throws.pick(candidates));
  }
}

function point({ columns, targets }: BuiltPointer, row: Row, target: Row): void {
  columns.forEach((column, at) => {
    row[column] = target[targets[at]!]!;
  });
}

function insertSql(table: BuiltTable, rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const columns = table.columns.filter(({ computed }) => computed !== true).map(({ name }) => name);
  const lines = rows.map((row) => {
    const values = columns.map((column) => {
      const value = row[column] ?? null;
      return value === null
        ? `NULL::${typeOf(table, column)}`
        : `${quoteLiteral(value)}::${typeOf(table, column)}`;
    });
    return `(${values.join(", ")})`;
  });
  return `INSERT INTO ${qualified(table)} (${list(columns)}) OVERRIDING SYSTEM VALUE VALUES ${lines.join(", ")};`;
}

function sequenceSql(table: BuiltTable): string {
  if (table.id?.made !== "number" || table.inherits !== null) return "";
  const { column } = table.id;
  return `SELECT setval(pg_get_serial_sequence(${quoteLiteral(qualified(table))}, ${quoteLiteral(column)}), greatest(max(${quote(column)}), 1000)) FROM ${qualified(table)};`;
}

/** Rows for a built platform: every tenant's in every table, as one SQL script. */
import { quoteLiteral } from "../../../postgres/identifiers.ts";
import { typeOf } from "./build.ts";
import type { BuiltPlatform, BuiltPointer, BuiltTable } from "./built.ts";
import { qualified, quote } from "./keys.ts";
import { type Dice, dice } from "./material.ts";
import type { PlatformShape } from "./shape.ts";

type Row = Record<string, string | null>;

export interface Filling {
  /** Fills an empty database with people and tenants; people alone for one that gets tenants by import. */
  readonly sql: string;
  readonly peopleSql: string;
  readonly tenantKeys: readonly string[];
}

export function fill(platform: BuiltPlatform, shape: PlatformShape): Filling {
  const throws = dice(shape.seed + 1);
  const counters = new Map<BuiltTable, number>();
  const people = platform.people === null ? [] : makePeople(platform.people, throws, counters);
  const all = new Map<BuiltTable, Row[]>(platform.tables.map((table) => [table, []]));
  const tenantKeys: string[] = [];
  for (let tenant = 0; tenant < shape.tenants; tenant++) {
    const mine = new Map<BuiltTable, Row[]>();
    for (const table of platform.tables) {
      const count = table === platform.root ? 1 : throws.below(shape.rows + 1);
      mine.set(table, makeRows(platform, table, count, mine, tenant, throws, counters));
    }
    for (const table of platform.tables) feedCircles(platform, table, mine, tenant, throws, counters);
    for (const [table, rows] of mine) {
      for (const row of rows) pointAll(table, row, mine, people, throws);
      all.get(table)!.push(...rows);
    }
    tenantKeys.push(mine.get(platform.root)![0]![platform.root.id!.column]!);
  }
  const peopleSql = platform.people === null ? "" : insertSql(platform.people, people);
  const inserts = [...all].map(([table, rows]) => insertSql(table, rows));
  return {
    sql: ["BEGIN;", peopleSql, ...inserts, "COMMIT;"].join("\n"),
    peopleSql,
    tenantKeys,
  };
}

function makePeople(table: BuiltTable, throws: Dice, counters: Map<BuiltTable, number>): Row[] {
  return Array.from({ length: 4 }, (_, n) => ({
    id: newId(table, n, throws, counters),
    email: `p${n}'"\\@example.org`,
    name: n === 0 ? null : `Person ${n}`,
  }));
}

/** Rows with their ids, their owner and their values; what else they point at comes when all are there. */
function makeRows(
  platform: BuiltPlatform,
  table: BuiltTable,
  count: number,
  mine: ReadonlyMap<BuiltTable, Row[]>,
  tenant: number,
  throws: Dice,
  counters: Map<BuiltTable, number>,
): Row[] {
  const owner = table.pointers.find(({ kind }) => kind === "owner");
  const owners = owner === undefined ? [] : mine.get(owner.to)!;
  if (owner !== undefined && owners.length === 0) return [];
  return Array.from({ length: count }, () => {
    const row: Row = {};
    if (table.id !== null) row[table.id.column] = newId(table, tenant, throws, counters);
    if (table.otherKey !== null) row[table.otherKey] = throws.uuid();
    if (table.position !== null) row[table.position] = String(nextNumber(table, counters));
    if (platform.slug !== null && table === platform.root) row[platform.slug] = `tenant-${tenant}`;
    if (owner !== undefined) point(owner, row, throws.pick(owners));
    for (const column of table.columns) {
      if (column.values === undefined) continue;
      row[column.name] = throws.chance(5) ? null : throws.pick(column.values);
    }
    return row;
  });
}

/** An owner that must point back has something to point at. */
function feedCircles(
  platform: BuiltPlatform,
  table: BuiltTable,
  mine: Map<BuiltTable, Row[]>,
  tenant: number,
  throws: Dice,
  counters: Map<BuiltTable, number>,
): void {
  for (const { kind, required, to } of table.pointers) {
    if (kind !== "back" || !required || mine.get(table)!.length === 0 || mine.get(to)!.length > 0) continue;
    mine.set(to, makeRows(platform, to, 1, mine, tenant, throws, counters));
    feedCircles(platform, to, mine, tenant, throws, counters);
  }
}

function pointAll(
  table: BuiltTable,
  row: Row,
  mine: ReadonlyMap<BuiltTable, Row[]>,
  people: Row[],
  throws: Dice,
): void {
  for (const pointer of table.pointers) {
    if (pointer.kind === "owner") continue;
    const candidates = pointer.kind === "common" ? people : mine.get(pointer.to)!;
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

function virtualValue(
  { shape, to, targets }: BuiltPointer,
  candidates: readonly Row[],
  throws: Dice,
): string | null {
  const id = () =>
    candidates.length === 0 || throws.chance(4) ? gone(to, throws) : throws.pick(candidates)[targets[0]!]!;
  if (throws.chance(5)) return null;
  switch (shape) {
    case "array":
      if (throws.chance(4)) return "{}";
      return throws.chance(3) ? `[5:7]={${id()},NULL,${id()}}` : `{${id()},${id()}}`;
    case "json":
    case "jsonb": {
      const text = to.id!.made === "number" ? id() : `"${id()}"`;
      return throws.pick([
        `{"n" : 1.50, "ref":${text}}`,
        '{"ref": null}',
        `{"ref": ${text}, "other": [null, "\\n"]}`,
        "[1, 2]",
      ]);
    }
    case "pattern":
      return throws.pick([`k:${id()}:tail:{}`, `k:${id()}:`, "other", ""]);
    default:
      return id();
  }
}

/** An id in the right form that no row has. */
function gone(table: BuiltTable, throws: Dice): string {
  const { made } = table.id!;
  if (made === "uuid") return throws.uuid();
  return made === "number" ? String(900_000 + throws.below(1000)) : throws.text(21);
}

function newId(table: BuiltTable, tenant: number, throws: Dice, counters: Map<BuiltTable, number>): string {
  switch (table.id!.made) {
    case "uuid":
      return throws.uuid();
    case "number":
      return String(nextNumber(table, counters));
    case "nanoid":
      return throws.text(21);
    case "chosen":
      return `Tenant's "${tenant}" \\ key`;
  }
}

function nextNumber(table: BuiltTable, counters: Map<BuiltTable, number>): number {
  const number = (counters.get(table) ?? 0) + 1;
  counters.set(table, number);
  return number;
}

function insertSql(table: BuiltTable, rows: readonly Row[]): string {
  const columns = table.columns.filter(({ computed }) => computed !== true).map(({ name }) => name);
  const inserts = rows.map((row) => {
    const values = columns.map((column) => {
      const value = row[column] ?? null;
      return value === null ? "NULL" : `${quoteLiteral(value)}::${typeOf(table, column)}`;
    });
    return `INSERT INTO ${qualified(table)} (${columns.map(quote).join(", ")}) OVERRIDING SYSTEM VALUE VALUES (${values.join(", ")});`;
  });
  if (table.id?.made !== "number") return inserts.join("\n");
  const column = table.id.column;
  inserts.push(
    `SELECT setval(pg_get_serial_sequence(${quoteLiteral(qualified(table))}, ${quoteLiteral(column)}), greatest(max(${quote(column)}), 1000)) FROM ${qualified(table)};`,
  );
  return inserts.join("\n");
}

/**
 * What other rows decide of a made row: the tenant's key, foreign keys, and ids that no constraint declares, wherever
 * they stand. Pure.
 */
import type { Table } from "../../catalog/catalog.ts";
import { parseQualified, qualifiedName } from "../../postgres/identifiers.ts";
import { isInteger } from "../../tenancy/column-types.ts";
import type { Reference, TenancyModel } from "../../tenancy/model.ts";
import { arrayOf, documentWith, type Placed, textOf } from "./written-ids.ts";

export type Row = ReadonlyMap<string, string | null>;

export interface Pointers {
  /** Values that the row must have. */
  readonly given: Map<string, string | null>;
  /** Values that it should have: another one will do where the database takes none of these. */
  readonly wished: Map<string, string>;
  /**
   * Columns that wait for a row that is not there yet, in a circle, or the row's own parent: by what makes them wait,
   * a foreign key or a line, whose columns change together.
   */
  readonly later: Map<string, ReadonlySet<string>>;
}

export interface Around {
  readonly model: Pick<TenancyModel, "references" | "tables">;
  /** Columns of the table that hold the tenant's key, and the key; null where none is known. */
  readonly keyColumns: readonly string[];
  readonly key: string | null;
  /** A row of that table that is the same owner's, else a shared one; undefined where there is none yet. */
  rowOf(table: string): Row | undefined;
  /** The row's own parent: the one before it, and the first one's is itself. */
  readonly parent: Row | undefined;
}

/** @param number the how manyth row of its owner, from 0 */
export function pointersOf(table: Table, number: number, around: Around): Pointers {
  const pointers: Pointers = { given: new Map(), wished: new Map(), later: new Map() };
  const { given, wished, later } = pointers;
  if (around.key !== null) for (const name of around.keyColumns) given.set(name, around.key);
  for (const key of table.foreignKeys) {
    const isOwn = key.table === table.id;
    const row = isOwn ? around.parent : around.rowOf(key.table);
    for (const [at, name] of key.columns.entries()) {
      if (given.has(name)) continue;
      const nullable = table.columns.some((column) => column.name === name && column.nullable);
      if (isOwn && number === 0 && nullable) given.set(name, null);
      else if (row !== undefined) given.set(name, row.get(key.targetColumns[at]!) ?? null);
      else {
        later.set(key.name, new Set([...(later.get(key.name) ?? []), name]));
        if (nullable) given.set(name, null);
      }
    }
  }
  const documents = new Map<string, Placed[]>();
  for (const lines of places(table, around.model.references).values()) {
    const turn = number % lines.length;
    [...lines.slice(turn), ...lines.slice(0, turn)].some((line) =>
      write(line, table, { number, around, pointers, documents }),
    );
  }
  for (const [name, placed] of documents) wished.set(name, documentWith(placed));
  return pointers;
}

/** How many rows it takes until every line that shares a place with others has had its turn. */
export function turnsOf(table: Table, references: readonly Reference[]): number {
  return Math.max(1, ...[...places(table, references).values()].map(({ length }) => length));
}

/** A line of the platform file: of a pattern's several placeholders each is a reference. */
type Line = readonly [Reference, ...Reference[]];

/** By what they share: a column, or a path inside of it. */
function places(table: Table, references: readonly Reference[]): Map<string, Line[]> {
  const found = new Map<string, Line[]>();
  for (const reference of references) {
    const [column] = reference.from.columns;
    if (reference.from.table !== table.id || reference.kind === "foreign key" || column === undefined)
      continue;
    const place = JSON.stringify([column, reference.path]);
    const lines = found.get(place) ?? [];
    found.set(place, lines);
    const at = lines.findIndex(([first]) => reference.kind === "pattern" && isSameLine(first, reference));
    if (at === -1) lines.push([reference]);
    else lines[at] = [...lines[at]!, reference];
  }
  return found;
}

function isSameLine(one: Reference, other: Reference): boolean {
  return one.pattern === other.pattern && JSON.stringify(one.when) === JSON.stringify(other.when);
}

interface Writing {
  readonly number: number;
  readonly around: Around;
  readonly pointers: Pointers;
  /** What stands in json, by column. */
  readonly documents: Map<string, Placed[]>;
}

/** False where its target has no row yet, or the row is of another kind already. */
function write(line: Line, table: Table, { number, around, pointers, documents }: Writing): boolean {
  const { given, wished, later } = pointers;
  const [{ kind, from, to, when, path, pattern }] = line;
  const name = from.columns[0]!;
  const column = table.columns.find((each) => each.name === name);
  const kinds = Object.entries(when ?? {});
  if (column === undefined || given.has(name)) return false;
  if (kinds.some(([other, value]) => given.has(other) && given.get(other) !== value)) return false;
  const idIn = (target: string, key: string) => {
    const row = target === table.id ? around.parent : around.rowOf(target);
    if (row === undefined)
      later.set(JSON.stringify([name, when]), new Set([name, ...kinds.map(([other]) => other)]));
    return row?.get(key) ?? null;
  };
  if (kind === "pattern") {
    const shape = { baseType: column.baseType, isArray: column.elementType !== null };
    const text = textOf(pattern!, (written) => idIn(...tableAndColumn(written)), shape);
    if (text === null) return false;
    wished.set(name, text);
  } else {
    const id = idIn(to.table, to.columns[0]!);
    if (id === null) return false;
    if (kind === "json path") {
      // As a number, and in the next row as a text.
      const value = number % 2 === 0 && isNumber(to, around.model) ? Number(id) : id;
      documents.set(name, [...(documents.get(name) ?? []), { path: path!, value }]);
    } else if (kind === "array") wished.set(name, arrayOf(id));
    else given.set(name, id);
  }
  for (const [other, value] of kinds) given.set(other, value);
  return true;
}

function isNumber({ table, columns }: Reference["to"], { tables }: Around["model"]): boolean {
  const column = tables.get(table)?.columns.find(({ name }) => name === columns[0]);
  return column !== undefined && isInteger(column.baseType);
}

/** A pattern's placeholder, whatever quotes its author chose. */
function tableAndColumn(written: string): [string, string] {
  const [schema = "", table = "", column = ""] = parseQualified(written) ?? [];
  return [qualifiedName(schema, table), column];
}

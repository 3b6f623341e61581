/** What is different in a database between two readings, told of what was there before the file. Pure. */
import type { ConstraintType, Effect, ObjectKind } from "../facts.ts";
import type { ColumnState, ConstraintState, Definitions, Relation, State } from "./state.ts";

export interface Readings {
  readonly before: State;
  readonly after: State;
  /** Before the file: what a file makes and changes again concerns nobody. */
  readonly start: State;
  /** Of the indexes and constraints that are new. */
  readonly definitions: Definitions;
}

export function effectsBetween(readings: Readings): Effect[] {
  const { before, after, start } = readings;
  return [
    ...relations(readings),
    ...columns(readings),
    ...constraints(readings),
    ...others(readings),
    ...[...after.labels].flatMap(([oid, { type, label }]): Effect[] =>
      before.labels.has(oid) || !isThere(start, type) ? [] : [{ kind: "label made", type, label }],
    ),
  ];
}

/** Tables whose file is another one: rewritten, or emptied, which only a look at their rows tells apart. */
export function replacedFiles(before: State, after: State): { tables: Relation[]; indexes: Relation[] } {
  const replaced = [...after.relations.values()].filter((relation) => {
    const file = before.relations.get(relation.oid)?.file ?? null;
    return file !== null && relation.file !== null && file !== relation.file;
  });
  const tables = replaced.filter(({ kind }) => kind === "r" || kind === "m");
  const written = new Set(tables.map(({ oid }) => oid));
  const indexes = replaced.filter(({ kind, table }) => kind === "i" && !written.has(table ?? 0));
  return { tables, indexes };
}

const KINDS: Record<Relation["kind"], ObjectKind> = {
  r: "table",
  p: "table",
  v: "view",
  m: "materialized view",
  f: "foreign table",
  S: "sequence",
  i: "index",
  I: "index",
};

const isThere = (state: State, type: string) =>
  [...state.others.values()].some(({ what, name }) => what === "type" && name === type);

const oldOnes = (start: State) => (oid: number) => start.relations.has(oid);

function relations({ before, after, start, definitions }: Readings): Effect[] {
  const isOld = oldOnes(start);
  const effects: Effect[] = [];
  const tableOf = ({ table }: Relation, state: State) =>
    table === null ? null : (state.relations.get(table)?.name ?? null);
  for (const relation of after.relations.values()) {
    const { oid, kind, name, table, valid } = relation;
    const old = before.relations.get(oid);
    const what = KINDS[kind];
    if (old === undefined) {
      if (table === null) effects.push({ kind: "made", what, name, on: null });
      else if (isOld(table) && !standsForConstraint(after, oid))
        effects.push({
          kind: "index made",
          table: tableOf(relation, after)!,
          index: name,
          definition: definitions.get(oid) ?? "",
          valid,
        });
    } else if (old.name !== name && isOld(table ?? oid))
      effects.push({ kind: "renamed", what, name: old.name, to: name, on: tableOf(relation, after) });
  }
  for (const relation of before.relations.values()) {
    const { oid, kind, name, table } = relation;
    if (after.relations.has(oid) || !isOld(table ?? oid)) continue;
    // With its table all that belongs to it is gone.
    if (table !== null && (!after.relations.has(table) || standsForConstraint(before, oid))) continue;
    effects.push({ kind: "gone", what: KINDS[kind], name, on: tableOf(relation, before) });
  }
  return effects;
}

/** The index of a primary key is told of as the constraint. */
function standsForConstraint({ constraints }: State, oid: number): boolean {
  return [...constraints.values()].some(({ index }) => index === oid);
}

function columns({ before, after, start }: Readings): Effect[] {
  const isOld = oldOnes(start);
  const effects: Effect[] = [];
  for (const [key, column] of after.columns) {
    if (!isOld(column.table)) continue;
    const table = after.relations.get(column.table)?.name ?? "";
    const old = before.columns.get(key);
    if (old === undefined) effects.push(columnMade(table, column));
    else effects.push(...columnChanges(table, old, column));
  }
  for (const [key, { table, name }] of before.columns) {
    const on = before.relations.get(table)?.name ?? "";
    if (!after.columns.has(key) && after.relations.has(table) && isOld(table))
      effects.push({ kind: "gone", what: "column", name, on });
  }
  return effects;
}

function columnMade(table: string, { name, type, notNull, default: value, generated }: ColumnState): Effect {
  return { kind: "column made", table, column: name, type, notNull, default: value, generated };
}

function columnChanges(
  table: string,
  old: ColumnState,
  { name, identity, type, notNull }: ColumnState,
): Effect[] {
  const effects: Effect[] = [];
  if (old.name !== name)
    effects.push({ kind: "renamed", what: "column", name: old.name, to: name, on: table });
  if (old.identity !== identity)
    effects.push({ kind: "type changed", table, column: name, from: old.type, to: type });
  if (notNull && !old.notNull) effects.push({ kind: "not null", table, column: name });
  return effects;
}

const CONSTRAINTS: Record<Exclude<ConstraintState["type"], "t">, ConstraintType> = {
  p: "primary key",
  u: "unique",
  f: "foreign key",
  c: "check",
  x: "exclusion",
  n: "not null",
};

/** Since PostgreSQL 18 a NOT NULL is a constraint as well: it is told of as what happens to the column. */
function constraints({ before, after, start, definitions }: Readings): Effect[] {
  const isOld = oldOnes(start);
  const effects: Effect[] = [];
  for (const [oid, constraint] of after.constraints) {
    const { table, name, type, validated, index } = constraint;
    if (!isOld(table) || type === "t") continue;
    const on = after.relations.get(table)?.name ?? "";
    const old = before.constraints.get(oid);
    if (old === undefined) {
      if (type !== "n" || !validated)
        effects.push({
          kind: "constraint made",
          table: on,
          constraint: name,
          type: CONSTRAINTS[type],
          definition: definitions.get(oid) ?? "",
          validated,
          index: index === null ? null : (definitions.get(index) ?? null),
        });
    } else if (old.name !== name && type !== "n")
      effects.push({ kind: "renamed", what: "constraint", name: old.name, to: name, on });
    if (old !== undefined && !old.validated && validated)
      effects.push({ kind: "constraint validated", table: on, constraint: name });
  }
  for (const [oid, { table, name, type }] of before.constraints) {
    if (after.constraints.has(oid) || !after.relations.has(table) || !isOld(table) || type === "n") continue;
    effects.push({ kind: "gone", what: "constraint", name, on: before.relations.get(table)?.name ?? null });
  }
  return effects;
}

function others({ before, after, start }: Readings): Effect[] {
  const effects: Effect[] = [];
  for (const [key, { what, name }] of after.others) {
    const old = before.others.get(key);
    if (old === undefined) effects.push({ kind: "made", what, name, on: null });
    else if (old.name !== name && start.others.has(key))
      effects.push({ kind: "renamed", what, name: old.name, to: name, on: null });
  }
  for (const [key, { what, name }] of before.others)
    if (!after.others.has(key) && start.others.has(key)) effects.push({ kind: "gone", what, name, on: null });
  return effects;
}

/**
 * Which table after a migration is which before it, and which column: by the identity that the database gives them, so
 * that a new name is a new name and no table gone beside a new one. Pure.
 */
import type { Column, Table } from "../../catalog/catalog.ts";
import { stricterClass } from "../../tenancy/column-classes.ts";
import { isInteger, isText } from "../../tenancy/column-types.ts";
import type { ColumnClass, ModelTable } from "../../tenancy/model.ts";
import type { Fate } from "./effect.ts";
import type { ModelAt } from "./model-at.ts";

export interface PairedTable {
  readonly is: Fate;
  /** Null where the tenant has no rows in it: it is not there, or is nobody's. */
  readonly before: OwnedTable | null;
  readonly after: OwnedTable | null;
  readonly columns: readonly PairedColumn[];
  readonly matching: Matching;
}

export interface OwnedTable {
  readonly table: Table;
  readonly model: ModelTable;
}

export interface PairedColumn {
  readonly is: Fate;
  readonly before: Column | null;
  readonly after: Column | null;
  readonly class: ColumnClass;
  /** Whether values are looked at: neither in secrets, nor in what the database computes. */
  readonly looked: boolean;
  readonly secretPaths: readonly string[];
}

export type Matching =
  /** Rows are the same that have the same values in these. */
  | { readonly by: "key"; readonly columns: readonly PairedColumn[] }
  /** No key: rows are the same that have the same values in every column that is on both sides. */
  | { readonly by: "values"; readonly columns: readonly PairedColumn[] }
  /** Its key is another one now, or holds values of another type. */
  | { readonly by: "none" };

/** In the order of the names that they have afterwards. */
export function pairTables(before: ModelAt, after: ModelAt): PairedTable[] {
  const these = owned(before);
  const those = owned(after);
  const pairs: { is: Fate; a: OwnedTable | null; b: OwnedTable | null }[] = [];
  const take = (is: Fate, same: (a: OwnedTable, b: OwnedTable) => boolean) => {
    for (const a of [...these]) {
      const b = [...those].find((candidate) => same(a, candidate));
      if (b === undefined) continue;
      these.delete(a);
      those.delete(b);
      pairs.push({ is, a, b });
    }
  };
  take("kept", (a, b) => a.table.oid === b.table.oid);
  take("anew", (a, b) => a.table.id === b.table.id);
  for (const a of these) pairs.push({ is: "gone", a, b: null });
  for (const b of those) pairs.push({ is: "new", a: null, b });
  return pairs
    .map(({ is, a, b }): PairedTable => {
      const columns = pairColumns(is, a, b, before, after);
      return { is, before: a, after: b, columns, matching: matchingOf(a, b, columns) };
    })
    .sort((x, y) => (nameOf(x) < nameOf(y) ? -1 : 1));
}

export const nameOf = ({ before, after }: Pick<PairedTable, "before" | "after">): string =>
  (after ?? before)!.table.id;

function owned({ catalog, model }: ModelAt): Set<OwnedTable> {
  return new Set(
    model.loadOrder.map((id) => ({ table: catalog.tables.get(id)!, model: model.tables.get(id)! })),
  );
}

function pairColumns(
  is: Fate,
  a: OwnedTable | null,
  b: OwnedTable | null,
  before: ModelAt,
  after: ModelAt,
): PairedColumn[] {
  const these = new Set(a?.table.columns);
  const columns = (b?.table.columns ?? []).map((column): PairedColumn => {
    const byPlace =
      is === "kept" ? [...these].find(({ position }) => position === column.position) : undefined;
    const was = byPlace ?? null;
    if (was !== null) these.delete(was);
    return pairOf(was === null ? "new" : "kept", was, column, a, b, before, after);
  });
  return [
    ...columns.map((pair) => {
      const was = pair.before === null ? [...these].find(({ name }) => name === pair.after!.name) : undefined;
      if (was === undefined) return pair;
      these.delete(was);
      // Of a table that was made anew every column is: that is said once, of the table.
      return pairOf(is === "kept" ? "anew" : "kept", was, pair.after, a, b, before, after);
    }),
    ...[...these].map((column) => pairOf("gone", column, null, a, b, before, after)),
  ];
}

function pairOf(
  is: Fate,
  was: Column | null,
  now: Column | null,
  a: OwnedTable | null,
  b: OwnedTable | null,
  before: ModelAt,
  after: ModelAt,
): PairedColumn {
  const kind = stricterClass(
    was === null ? "plain" : before.classOf(a!.table, was),
    now === null ? "plain" : after.classOf(b!.table, now),
  );
  const pathsOf = (of: OwnedTable | null, column: Column | null) =>
    of?.model.columns.find(({ name }) => name === column?.name)?.secretPaths ?? [];
  const secretPaths = [...new Set([...pathsOf(a, was), ...pathsOf(b, now)])];
  // What is secret inside of json can be left out only of json.
  const hidden = secretPaths.length > 0 && was !== null && now !== null && was.baseType !== now.baseType;
  return {
    is,
    before: was,
    after: now,
    class: hidden ? "secret" : kind,
    looked: !hidden && kind !== "secret" && was?.generated == null && now?.generated == null,
    secretPaths,
  };
}

function matchingOf(a: OwnedTable | null, b: OwnedTable | null, columns: readonly PairedColumn[]): Matching {
  if (a === null || b === null) return { by: "none" };
  const [was, now] = [a.model.key, b.model.key];
  const both = columns.filter((column) => column.looked && column.before !== null && column.after !== null);
  if (was === null && now === null) return { by: "values", columns: both };
  if (was === null || now === null || was.length !== now.length) return { by: "none" };
  const key = was.map((name) => both.find(({ before }) => before!.name === name));
  const isSame = key.every(
    (column) => column !== undefined && now.includes(column.after!.name) && sameText(column),
  );
  if (!isSame) return { by: "none" };
  const nullable = key.some((column) => column!.before!.nullable || column!.after!.nullable);
  return nullable ? { by: "values", columns: both } : { by: "key", columns: key as PairedColumn[] };
}

/** A key's value is found again only by its text, and any other type may write another one. */
function sameText({ before, after }: PairedColumn): boolean {
  const [a, b] = [before!.baseType, after!.baseType];
  return a === b || (isInteger(a) && isInteger(b)) || (isText(a) && isText(b));
}

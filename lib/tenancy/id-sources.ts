/** From a column that holds an id to the generated identifier that it stands for, reference by reference. */
import type { Finding } from "../findings/finding.ts";
import { qualifiedColumn } from "../postgres/identifiers.ts";
import type { Reference, TenancyModel } from "./model.ts";

/** The column where an identifier is made: the root of its remap. */
export interface IdSource {
  readonly table: string;
  readonly column: string;
}

type ModelOfIds = Pick<TenancyModel, "tenant" | "tables" | "references">;

/**
 * Which generated identifier a column's value is.
 *
 * Follows whole-column references (foreign keys, composite ones component by component, to a primary key or any
 * other; virtual references of a column) until a column that makes its own ids. A 1:1 table that shares its
 * parent's primary key leads to the parent's. References that hold in some rows only (polymorphic) or inside a
 * value (array, json path, pattern) are not followed: ask for `reference.to` instead.
 *
 * @returns null where the value does not change on import: a natural key, a key part, an id of a global table.
 *   A reference to a common table gives that table's column: its rows are found by natural key, so ids change.
 *   The root's key is its own source even where people chose it (`--new-key`). In a model without a root table
 *   the tenant's key has no source: see `holdsValueKey`.
 */
export function idSource(model: ModelOfIds, table: string, column: string): IdSource | null {
  return sources(index(model), table, column, new Set())[0] ?? null;
}

/**
 * In a model without a root table: whether the column holds the tenant's key, by itself or because it points at a
 * column that does (a composite foreign key takes the key along).
 */
export function holdsValueKey(model: ModelOfIds, table: string, column: string): boolean {
  return model.tenant.table === null && leadsToValueKey(index(model), table, column, new Set());
}

function leadsToValueKey(known: Index, table: string, column: string, visited: Set<string>): boolean {
  const own = known.model.tables.get(table);
  const name = qualifiedColumn(table, column);
  if (own === undefined || own.class === "global" || visited.has(name)) return false;
  const paths = own.path === null ? own.otherPaths : [own.path, ...own.otherPaths];
  if (paths.some((path) => path.hops.length === 0 && path.column === column)) return true;
  visited.add(name);
  return (known.references.get(name) ?? []).some((target) =>
    leadsToValueKey(known, target.table, target.column, visited),
  );
}

/** Columns whose references lead to different identifiers: one value cannot become two. */
export function conflictingSources(model: ModelOfIds): Finding[] {
  const byColumn = index(model);
  const holders = new Map(
    model.references
      .filter(isWhole)
      .flatMap(({ from }) =>
        from.columns.map((name) => [qualifiedColumn(from.table, name), [from.table, name]]),
      ),
  );
  return [...holders].flatMap(([where, [table, name]]): Finding[] => {
    const found = sources(byColumn, table!, name!, new Set());
    if (found.length < 2) return [];
    const names = found.map((source) => qualifiedColumn(source.table, source.column)).toSorted();
    return [
      {
        code: "reference-conflict",
        severity: "blocks",
        where,
        count: found.length,
        what: `${where} points at several identifiers at once (${names.join(", ")}): on an import it cannot follow both.`,
        todo: "Remove the line under `references` that is wrong, or the foreign key that is.",
      },
    ];
  });
}

interface Index {
  readonly model: ModelOfIds;
  readonly references: ReadonlyMap<string, readonly IdSource[]>;
}

const indexes = new WeakMap<ModelOfIds, Index>();

/** Where each column points at, made once a model. */
function index(model: ModelOfIds): Index {
  const made = indexes.get(model);
  if (made !== undefined) return made;
  const references = new Map<string, IdSource[]>();
  for (const { from, to } of model.references.filter(isWhole)) {
    for (const [at, name] of from.columns.entries()) {
      const key = qualifiedColumn(from.table, name);
      const targets = references.get(key) ?? [];
      references.set(key, [...targets, { table: to.table, column: to.columns[at]! }]);
    }
  }
  const index: Index = { model, references };
  indexes.set(model, index);
  return index;
}

function isWhole(reference: Reference): boolean {
  return reference.kind === "foreign key" || reference.kind === "column";
}

/** Every source that can be reached, without doubles; `visited` ends circles of shared keys. */
function sources(index: Index, table: string, column: string, visited: Set<string>): readonly IdSource[] {
  const { tenant, tables } = index.model;
  const own = tables.get(table);
  const name = qualifiedColumn(table, column);
  if (own === undefined || visited.has(name)) return [];
  if (own.columns.find((candidate) => candidate.name === column)?.fresh != null) return [{ table, column }];
  if (tenant.table === table && tenant.key === column) return [{ table, column }];
  if (own.class === "global" || own.class === "excluded") {
    return own.common === null ? [] : [{ table, column }];
  }
  visited.add(name);
  const found = (index.references.get(name) ?? []).flatMap((target) =>
    sources(index, target.table, target.column, visited),
  );
  return [...new Map(found.map((source) => [qualifiedColumn(source.table, source.column), source])).values()];
}

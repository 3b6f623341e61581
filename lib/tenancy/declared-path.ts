/** A path that a person wrote down: `path: [project_id, organization_id]`, a column for each table on the way. */
import type { Catalog, Table } from "../catalog/catalog.ts";
import { nearestName } from "../catalog/lookup.ts";
import type { Finding } from "../findings/finding.ts";
import { qualifiedColumn } from "../postgres/identifiers.ts";
import type { Answers } from "./answers.ts";
import { edgesOf, isNullable } from "./edges.ts";
import { type Edge, prepend, type RankedPath } from "./paths.ts";
import type { TenantKey } from "./tenant-keys.ts";

/**
 * Every column but the last is followed to the table that it points at; the last one holds the tenant's key.
 * Where the last one points at an owned table instead, nothing is guessed: a finding says so.
 */
export function declaredPath(
  catalog: Catalog,
  table: Table,
  columns: readonly string[],
  answers: Answers,
  keys: ReadonlyMap<string, TenantKey>,
): RankedPath | Finding {
  const edges: Edge[] = [];
  let at = table;
  for (const [index, name] of columns.entries()) {
    if (!at.columns.some((column) => column.name === name)) return unknownColumn(table, at, name);
    if (index === columns.length - 1) break;
    const edge = edgesOf(at, answers)
      .filter(({ hop }) => hop.columns.includes(name))
      .toSorted((a, b) => a.hop.columns.length - b.hop.columns.length)[0];
    const next = edge === undefined ? undefined : catalog.tables.get(edge.hop.table);
    if (edge === undefined || next === undefined) return deadEnd(table, at, name);
    edges.push(edge);
    at = next;
  }
  const column = columns.at(-1)!;
  if (!holdsKey(at, column, answers, keys)) return deadEnd(table, at, column);
  const nullable = isNullable(at, column);
  const end: RankedPath = { path: { hops: [], column }, weak: nullable ? 1 : 0, nullable };
  return edges.reduceRight((rest, edge) => prepend(edge, rest), end);
}

function holdsKey(
  table: Table,
  column: string,
  answers: Answers,
  keys: ReadonlyMap<string, TenantKey>,
): boolean {
  if (table.id === answers.root?.id) return column === answers.key;
  const key = keys.get(table.id);
  return key !== undefined && (key.column === column || key.others.includes(column));
}

function unknownColumn(table: Table, at: Table, name: string): Finding {
  const nearest = nearestName(
    name,
    at.columns.map((column) => column.name),
  );
  return {
    code: "unknown-column",
    severity: "blocks",
    where: qualifiedColumn(at.id, name),
    what: `The path of ${table.id} names ${qualifiedColumn(at.id, name)}, which this database does not have.`,
    todo: nearest === null ? "Name a column of that table." : `Did you mean ${nearest}?`,
  };
}

function deadEnd(table: Table, at: Table, name: string): Finding {
  return {
    code: "path-does-not-reach-tenant",
    severity: "blocks",
    where: table.id,
    what: `The path of ${table.id} ends at ${qualifiedColumn(at.id, name)}, which neither points at a table nor holds the tenant's key.`,
    todo: "Write one column for each table on the way, the last one being the column that holds the tenant's key.",
  };
}

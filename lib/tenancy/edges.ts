/** The steps that a table's rows can take towards their owner: foreign keys, sub-keys, virtual references. */
import type { ForeignKey, Table } from "../catalog/catalog.ts";
import type { Answers } from "./answers.ts";
import type { Hop } from "./model.ts";
import type { Edge } from "./paths.ts";

/** In the order of the catalog, the file's own after them; a step that a foreign key makes is not made twice. */
export function edgesOf(table: Table, answers: Answers): Edge[] {
  const owner = answers.tables.get(table.id)?.owner ?? null;
  if (owner !== null) {
    const edge = ownedThrough(table, owner.table, owner.column.name);
    return edge === null ? [] : [edge];
  }
  const edges = table.foreignKeys.map((key) => byForeignKey(table, key));
  for (const { column, target, key, soft } of virtualSteps(table, answers)) {
    const isCovered = edges.some(({ hop }) => hop.table === target && hop.columns.includes(column));
    if (isCovered) continue;
    const hop: Hop = { columns: [column], table: target, targetColumns: [key], foreignKey: null };
    const nullable = isNullable(table, column);
    edges.push({ hop, weak: soft || nullable, soft, nullable });
  }
  return edges;
}

function byForeignKey(table: Table, key: ForeignKey): Edge {
  const hop: Hop = {
    columns: key.columns,
    table: key.table,
    targetColumns: key.targetColumns,
    foreignKey: key.name,
  };
  const nullable = key.columns.some((name) => isNullable(table, name));
  return { hop, weak: nullable || !key.validated, soft: false, nullable };
}

interface VirtualStep {
  readonly column: string;
  readonly target: string;
  readonly key: string;
  readonly soft: boolean;
}

/** Sub-keys, whose meaning a person has declared, and the references of the file that hold an id in every row. */
function virtualSteps(table: Table, answers: Answers): VirtualStep[] {
  const subKeys = answers.subKeys
    .filter((subKey) => subKey.table.id !== table.id)
    .flatMap((subKey) =>
      table.columns
        .filter((column) => subKey.columns.includes(column.name))
        .map((column) => ({ column: column.name, target: subKey.table.id, key: subKey.key, soft: false })),
    );
  const references = answers.references.flatMap(({ from, to, when, path, each, pattern }) =>
    from.table.id === table.id && to !== null && when === null && path === null && !each && pattern === null
      ? [{ column: from.column.name, target: to.table.id, key: to.column.name, soft: true }]
      : [],
  );
  return [...subKeys, ...references];
}

/**
 * The step against the arrow: from the row to the owner that points at it. The columns come from the owner's
 * foreign key; without one from this table's primary key, and null where that is not a single column.
 */
export function ownedThrough(table: Table, owner: Table, column: string): Edge | null {
  const key = owner.foreignKeys.find(
    (candidate) => candidate.table === table.id && candidate.columns.includes(column),
  );
  const primary = table.keys.find(({ kind, columns }) => kind === "primary" && columns.length === 1);
  if (key === undefined && primary === undefined) return null;
  const hop: Hop = {
    columns: key?.targetColumns ?? primary!.columns,
    table: owner.id,
    targetColumns: key?.columns ?? [column],
    foreignKey: key?.name ?? null,
  };
  // Nothing forces an owner to exist.
  return { hop, weak: true, soft: false, nullable: true };
}

export function isNullable(table: Table, column: string): boolean {
  return table.columns.find((candidate) => candidate.name === column)?.nullable ?? true;
}

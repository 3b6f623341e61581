/** Which columns hold other rows' ids: declared foreign keys and what the platform file says besides. */
import type { Table } from "../catalog/catalog.ts";
import type { Finding } from "../findings/finding.ts";
import { qualifiedColumn } from "../postgres/identifiers.ts";
import type { Answers, VirtualReference } from "./answers.ts";
import type { Classification, Classified } from "./classify.ts";
import { edgesOf, isNullable } from "./edges.ts";
import type { Hop, Reference } from "./model.ts";
import { isOwnKey } from "./own-keys.ts";

/** Root, direct or via: its rows travel with the tenant. */
export function isOwned(table: Classified | undefined): table is Classified {
  return table !== undefined && table.class !== "global" && table.class !== "excluded";
}

/**
 * References from owned tables, in the catalog's order, the file's own last. A sub-key, a key column and an
 * owner behind an outgoing reference are references without a line of their own.
 */
export function references(
  classification: Classification,
  answers: Answers,
): {
  readonly references: readonly Reference[];
  readonly sharedReferences: readonly Reference[];
  readonly findings: readonly Finding[];
} {
  const findings: Finding[] = [];
  const shared = sharedForeignKeys(classification);
  const owned = [...classification.tables.values()].filter(isOwned);
  const found = owned.flatMap((entry) => [
    ...entry.table.foreignKeys.map((key) =>
      reference(entry.table, {
        columns: key.columns,
        table: key.table,
        targetColumns: key.targetColumns,
        foreignKey: key.name,
      }),
    ),
    ...impliedReferences(entry, classification, answers),
  ]);
  for (const line of answers.references) {
    if (line.to === null) continue;
    if (isOwned(classification.tables.get(line.from.table.id))) found.push(virtual(line));
    else if (isShared(line, classification)) shared.push(virtual(line));
    else findings.push(notOwned(line));
    if (!isOwnKey(line.to.table, line.to.column.name)) findings.push(notUnique(line));
  }
  const known = found.filter(({ to }) => classification.tables.has(to.table));
  findings.push(...known.flatMap((each) => toExcluded(each, classification)));
  findings.push(...shared.map(sharedRowsHoldIds));
  return { references: withoutDoubles(known), sharedReferences: shared, findings };
}

/** From a row that is nobody's to one that is a tenant's. */
function isShared({ from, to }: VirtualReference, { tables }: Classification): boolean {
  return to !== null && tables.get(from.table.id)?.class === "global" && isOwned(tables.get(to.table.id));
}

function sharedForeignKeys({ tables }: Classification): Reference[] {
  return [...tables.values()]
    .filter((entry) => entry.class === "global" && !entry.unclassified)
    .flatMap(({ table }) =>
      table.foreignKeys
        .filter((key) => isOwned(tables.get(key.table)))
        .map((key) =>
          reference(table, {
            columns: key.columns,
            table: key.table,
            targetColumns: key.targetColumns,
            foreignKey: key.name,
          }),
        ),
    );
}

function sharedRowsHoldIds({ from, to }: Reference): Finding {
  const where = from.columns.map((name) => qualifiedColumn(from.table, name)).join(", ");
  return {
    code: "shared-rows-hold-ids",
    severity: "notes",
    where,
    what: `Rows of ${from.table} are nobody's, and ${where} names rows of ${to.table}: an import does not add the tenant to it, and a delete does not take it out.`,
    todo: "An export counts such rows of its tenant; set them in the application.",
  };
}

function reference(table: Table, hop: Hop): Reference {
  return {
    kind: hop.foreignKey === null ? "column" : "foreign key",
    from: { table: table.id, columns: hop.columns },
    to: { table: hop.table, columns: hop.targetColumns },
    foreignKey: hop.foreignKey,
    when: null,
    path: null,
    pattern: null,
    nullable: hop.columns.some((name) => isNullable(table, name)),
  };
}

/** What the file's `key_columns`, `sub_keys` and `owned_through` imply where no foreign key says it. */
function impliedReferences(
  { table }: Classified,
  { keys, tables }: Classification,
  answers: Answers,
): Reference[] {
  const implied: Reference[] = [];
  const key = keys.get(table.id);
  if (key?.foreignKey === null && answers.root !== null) {
    const hop = {
      columns: [key.column],
      table: answers.root.id,
      targetColumns: [answers.key],
      foreignKey: null,
    };
    implied.push(reference(table, hop));
  }
  const ownedThroughThis = [...answers.tables].filter(([, { owner }]) => owner?.table.id === table.id);
  for (const [target, { owner }] of ownedThroughThis) {
    const hop = tables.get(target)?.path?.hops[0];
    if (hop === undefined || hop.foreignKey !== null) continue;
    implied.push(
      reference(table, {
        columns: [owner!.column.name],
        table: target,
        targetColumns: hop.columns,
        foreignKey: null,
      }),
    );
  }
  const lines = answers.references.filter(({ from }) => from.table.id === table.id);
  const subKeys = edgesOf(table, { ...answers, tables: new Map(), references: [] })
    .filter(({ hop }) => hop.foreignKey === null)
    .filter(({ hop }) => !lines.some(({ from }) => hop.columns.includes(from.column.name)));
  return [...implied, ...subKeys.map(({ hop }) => reference(table, hop))];
}

function virtual(line: VirtualReference): Reference {
  const { from, to, when, path, each, pattern } = line;
  const kind =
    pattern !== null
      ? "pattern"
      : path !== null
        ? "json path"
        : each
          ? "array"
          : when !== null
            ? "polymorphic"
            : "column";
  return {
    kind,
    from: { table: from.table.id, columns: [from.column.name] },
    to: { table: to!.table.id, columns: [to!.column.name] },
    foreignKey: null,
    when,
    path,
    pattern,
    ...(kind === "pattern" && each ? { each: true as const } : {}),
    // An array may be empty, a document lack the path, a text not match.
    nullable: from.column.nullable || kind === "array" || kind === "json path" || kind === "pattern",
  };
}

function withoutDoubles(references: readonly Reference[]): Reference[] {
  const byContent = new Map(
    references.map((each) => [JSON.stringify({ ...each, foreignKey: null, kind: null }), each]),
  );
  return references.filter(
    (each) => byContent.get(JSON.stringify({ ...each, foreignKey: null, kind: null })) === each,
  );
}

function notOwned(line: VirtualReference): Finding {
  return {
    code: "reference-unused",
    severity: "notes",
    where: qualifiedColumn(line.from.table.id, line.from.column.name),
    what: `A line under \`references\` begins at ${line.from.table.id}, whose rows are no tenant's, and has no effect.`,
    todo: "Remove the line.",
  };
}

function notUnique(line: VirtualReference): Finding {
  const to = qualifiedColumn(line.to!.table.id, line.to!.column.name);
  return {
    code: "reference-target-not-unique",
    severity: "blocks",
    where: qualifiedColumn(line.from.table.id, line.from.column.name),
    what: `A line under \`references\` points at ${to}, which alone is no key: the row that is meant is not clear.`,
    todo: "Point at a column with a primary key or a unique constraint of its own.",
  };
}

function toExcluded(each: Reference, { tables }: Classification): Finding[] {
  if (tables.get(each.to.table)?.class !== "excluded") return [];
  const where = each.from.columns.map((name) => qualifiedColumn(each.from.table, name)).join(", ");
  return [
    {
      code: "reference-to-excluded",
      severity: each.nullable ? "warns" : "blocks",
      where,
      what: each.nullable
        ? `${where} points at ${each.to.table}, whose rows are excluded: an import leaves it empty.`
        : `${where} must point at a row of ${each.to.table}, whose rows are excluded: an import cannot fill it.`,
      todo: `Exclude ${each.from.table} too, or do not exclude ${each.to.table}.`,
    },
  ];
}

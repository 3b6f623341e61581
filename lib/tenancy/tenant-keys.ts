/**
 * Which column of which table holds the tenant's key: by a foreign key to the root, by a name that the platform
 * file gives, or by a name that elsewhere has such a foreign key.
 */
import type { Catalog, Column, ForeignKey, Table } from "../catalog/catalog.ts";
import type { Finding } from "../findings/finding.ts";
import { qualifiedColumn } from "../postgres/identifiers.ts";
import type { Answers } from "./answers.ts";

export interface TenantKey {
  readonly column: string;
  readonly nullable: boolean;
  /** The foreign key to the root, null where only the name says so. */
  readonly foreignKey: string | null;
  /** Further columns with a foreign key to the root. */
  readonly others: readonly string[];
}

/**
 * @param tables the tables to look at; the root has no entry in the result
 * @returns the tenant key column by table
 */
export function tenantKeys(
  tables: readonly Table[],
  answers: Answers,
  keyBaseType: string,
): { readonly keys: ReadonlyMap<string, TenantKey>; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const keys = new Map<string, TenantKey>();
  const others = tables.filter((table) => table.id !== answers.root?.id);
  const frequency = new Map<string, number>();
  for (const name of others.flatMap((table) =>
    keyForeignKeys(table, answers).map(({ column }) => column.name),
  )) {
    frequency.set(name, (frequency.get(name) ?? 0) + 1);
  }
  for (const table of others) {
    const ranked = rank(keyForeignKeys(table, answers), answers, frequency);
    const [best, ...rest] = ranked;
    if (best === undefined) continue;
    const names = [...new Set(rest.map(({ column }) => column.name))].filter(
      (name) => name !== best.column.name,
    );
    keys.set(table.id, {
      column: best.column.name,
      nullable: best.column.nullable,
      foreignKey: best.foreignKey.name,
      others: names,
    });
    if (names.length > 0 && answers.tables.get(table.id)?.path == null) {
      findings.push(severalKeys(table, best.column.name, names));
    }
  }
  const byForeignKey = new Set([...keys.values()].map(({ column }) => column));
  for (const table of others) {
    if (keys.has(table.id)) continue;
    const column = named(table, answers.keyColumns ?? byForeignKey);
    if (column === null) continue;
    if (answers.keyColumns === null && isSomethingElse(table, column, others, answers)) continue;
    if (column.baseType !== keyBaseType) {
      findings.push(otherType(table, column));
      continue;
    }
    keys.set(table.id, { column: column.name, nullable: column.nullable, foreignKey: null, others: [] });
    if (answers.keyColumns === null && !isCarriedAlong(table, column.name))
      findings.push(takenForKey(table, column));
  }
  return { keys, findings };
}

/** Foreign keys to the root that carry its key, alone or as a part, with the column that holds it. */
function keyForeignKeys(table: Table, answers: Answers): { column: Column; foreignKey: ForeignKey }[] {
  const { root, key } = answers;
  if (root === null) return [];
  return table.foreignKeys.flatMap((foreignKey) => {
    const at = foreignKey.table === root.id ? foreignKey.targetColumns.indexOf(key) : -1;
    const column = table.columns.find((candidate) => candidate.name === foreignKey.columns[at]);
    return column === undefined ? [] : [{ column, foreignKey }];
  });
}

type Candidate = ReturnType<typeof keyForeignKeys>[number];

/** The likeliest owner first: named by a person, never NULL, the name that most tables use, validated. */
function rank(
  candidates: Candidate[],
  answers: Answers,
  frequency: ReadonlyMap<string, number>,
): Candidate[] {
  const score = ({ column, foreignKey }: Candidate) => [
    answers.keyColumns?.includes(column.name) ? 0 : 1,
    column.nullable ? 1 : 0,
    -(frequency.get(column.name) ?? 0),
    foreignKey.validated ? 0 : 1,
    column.position,
  ];
  return candidates.toSorted((a, b) => {
    const [left, right] = [score(a), score(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at === -1 ? 0 : left[at]! - right[at]!;
  });
}

function named(table: Table, names: Iterable<string>): Column | null {
  for (const name of names) {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
  }
  return null;
}

/** A composite foreign key to a column of the same name says as much as one of its own. */
function isCarriedAlong(table: Table, column: string): boolean {
  return table.foreignKeys.some((key) => key.targetColumns[key.columns.indexOf(column)] === column);
}

/**
 * Whether a column that has the tenant key's name is not it. A constraint knows better than a name: `owner_id` is
 * an organization here and a person there. And where one table shares its primary key `id` with the tenant, not
 * every `id` is a tenant's: to take it for one would find no row, and say nothing.
 */
function isSomethingElse(table: Table, column: Column, others: readonly Table[], answers: Answers): boolean {
  const { name } = column;
  if (table.foreignKeys.some((key) => key.columns.includes(name)) && !isCarriedAlong(table, name))
    return true;
  if (!isWholeKey(table, name)) return false;
  const usual = others.some(
    (each) =>
      !isWholeKey(each, name) && keyForeignKeys(each, answers).some((key) => key.column.name === name),
  );
  return column.sequence !== null || !usual || hasOwner(table, name, others);
}

function isWholeKey(table: Table, column: string): boolean {
  return table.keys.some(({ plain, columns }) => plain && columns.length === 1 && columns[0] === column);
}

/** Whether every row points at a row of another table that a tenant may own, by other columns than this. */
function hasOwner(table: Table, column: string, others: readonly Table[]): boolean {
  return table.foreignKeys.some(
    (key) =>
      !key.columns.includes(column) &&
      key.table !== table.id &&
      others.some(({ id }) => id === key.table) &&
      key.columns.every((name) => table.columns.some((each) => each.name === name && !each.nullable)),
  );
}

/** The type of the tenant's key: the root's, or that of the first table that has the key column. */
export function keyColumn(catalog: Catalog, answers: Answers): Column | null {
  if (answers.root !== null) {
    return answers.root.columns.find((column) => column.name === answers.key) ?? null;
  }
  for (const table of catalog.tables.values()) {
    const column = table.columns.find((candidate) => candidate.name === answers.key);
    if (column !== undefined) return column;
  }
  return null;
}

function severalKeys(table: Table, chosen: string, others: readonly string[]): Finding {
  return {
    code: "several-tenant-keys",
    severity: "warns",
    where: table.id,
    count: others.length + 1,
    what: `${table.id} points at the tenant by ${[chosen, ...others].join(" and ")}; ${chosen} is taken for the owner.`,
    todo: `Add \`${table.id}: { path: [${chosen}] }\` under \`tables\`, with the column that means the owner.`,
  };
}

function takenForKey(table: Table, column: Column): Finding {
  const name = qualifiedColumn(table.id, column.name);
  return {
    code: "tenant-key-by-name",
    severity: "notes",
    where: name,
    what: `${name} has no foreign key and is taken for the tenant's key, because columns of this name and type are it elsewhere.`,
    todo: `Add \`key_columns: [${column.name}]\` under \`tenant\` to say so.`,
  };
}

function otherType(table: Table, column: Column): Finding {
  const name = qualifiedColumn(table.id, column.name);
  return {
    code: "key-column-type-differs",
    severity: "warns",
    where: name,
    what: `${name} is called like the tenant's key and has another type (${column.type}), so it is not taken for it.`,
    todo: `If it does hold the key, add \`{ from: ${name}, to: … }\` with the root's key under \`references\`; if not, \`to: none\`.`,
  };
}

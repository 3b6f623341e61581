/**
 * Tables whose rows are no tenant's: those that nobody has classified, and those that owned rows point at, which
 * must be found on the other side by a natural key, never by id.
 */
import type { Column, Table } from "../catalog/catalog.ts";
import type { Finding } from "../findings/finding.ts";
import { qualifiedColumn } from "../postgres/identifiers.ts";
import type { Classification, Classified } from "./classify.ts";
import { isUuid } from "./column-types.ts";
import type { Reference } from "./model.ts";

export function outsideTableFindings(
  classification: Classification,
  references: readonly Reference[],
): Finding[] {
  return [...classification.tables.values()].flatMap((entry) => {
    const pointing = references.filter(({ to }) => to.table === entry.table.id);
    const findings = entry.unclassified ? [unclassified(entry.table, pointing, classification)] : [];
    if (entry.common !== null) return [...findings, ...matchFindings(entry, entry.common)];
    if (pointing.length === 0) return findings;
    if (entry.sharedNull) return [...findings, sharedWithoutMatch(entry.table)];
    const isGlobal = entry.class === "global" && !entry.unclassified;
    return isGlobal && pointing.some((each) => isById(entry.table, each))
      ? [...findings, globalById(entry.table)]
      : findings;
  });
}

/**
 * A lookup by a natural key (countries by code) is taken for global and reported; everything else stops: a table
 * that escapes the model is lost on export and left behind by a delete.
 */
function unclassified(table: Table, pointing: readonly Reference[], { tables }: Classification): Finding {
  const owners = pointing.filter((each) => isOneToOne(each, tables));
  const isLookup =
    pointing.length > 0 && owners.length === 0 && !pointing.some((each) => isById(table, each));
  if (isLookup) {
    return {
      code: "taken-for-global",
      severity: "warns",
      where: table.id,
      count: pointing.length,
      what: `Nothing leads from ${table.id} to a tenant, and tenants' rows point at it by a natural key: it is taken for global.`,
      todo: `Add \`${table.id}: global\` under \`tables\` to say so.`,
    };
  }
  const owner = owners[0];
  const behind =
    owner === undefined
      ? ""
      : `, or \`${table.id}: { owned_through: ${qualifiedColumn(owner.from.table, owner.from.columns[0]!)} }\` if that row owns it`;
  const common =
    pointing.length === 0
      ? ""
      : `, or \`${table.id}: { match: [${naturalKey(table).join(", ") || "…"}] }\` under \`common\``;
  return {
    code: "unclassified",
    severity: "blocks",
    where: table.id,
    what: `Nothing leads from ${table.id} to a tenant, and nobody has said whose its rows are.`,
    todo: `Add \`${table.id}: global\` or \`excluded\` under \`tables\`${behind}${common}.`,
  };
}

/** The owner's column is unique: each row has one owner, as documents have their data. */
function isOneToOne(reference: Reference, tables: Classification["tables"]): boolean {
  const keys = tables.get(reference.from.table)?.table.keys ?? [];
  return keys.some(({ columns }) => columns.every((name) => reference.from.columns.includes(name)));
}

function isById(table: Table, reference: Reference): boolean {
  return table.columns.some((column) => reference.to.columns.includes(column.name) && isMade(column));
}

/** Made by the database or at random: the same row has another id in another database. */
function isMade(column: Column): boolean {
  return isUuid(column.baseType) || column.sequence !== null || column.identity !== null;
}

/** A key that a person would know a row by, for the line to add. */
function naturalKey(table: Table): readonly string[] {
  const isNatural = (name: string) => table.columns.some((column) => column.name === name && !isMade(column));
  return table.keys.find(({ plain, columns }) => plain && columns.every(isNatural))?.columns ?? [];
}

function globalById(table: Table): Finding {
  return {
    code: "global-found-by-id",
    severity: "blocks",
    where: table.id,
    what: `Tenants' rows point at ${table.id} by an id that the database made: in another database it may mean another row.`,
    todo: `Add \`${table.id}: { match: [${naturalKey(table).join(", ") || "…"}] }\` under \`common\`; \`match: [id]\` where ids are equal everywhere.`,
  };
}

function sharedWithoutMatch(table: Table): Finding {
  return {
    code: "shared-rows-without-match",
    severity: "blocks",
    where: table.id,
    what: `Tenants' rows point at ${table.id}, which holds shared rows too, and nobody has said how these are found on the other side.`,
    todo: `Add \`${table.id}: { match: [${naturalKey(table).join(", ") || "…"}] }\` under \`common\`.`,
  };
}

function matchFindings(
  { table, class: tableClass }: Classified,
  common: NonNullable<Classified["common"]>,
): Finding[] {
  const findings: Finding[] = [];
  const isUnique = table.keys.some(({ columns }) =>
    columns.every((name) => common.match.some((match) => name === match || mentions(name, match))),
  );
  // Shared rows are often unique under a partial index with the tenant's key left out; that counts too.
  if (!isUnique && common.match.length > 0) {
    findings.push({
      code: "match-not-unique",
      severity: "warns",
      where: table.id,
      what: `No key of ${table.id} makes sure that ${common.match.join(", ")} finds one row.`,
      todo: "Match by the columns of a unique constraint; an import refuses where two rows match.",
    });
  }
  const missing = table.columns.filter(
    (column) =>
      !column.nullable &&
      column.default === null &&
      column.identity === null &&
      column.generated === null &&
      !isMade(column) &&
      !common.create.includes(column.name),
  );
  if (common.create.length > 0 && missing.length > 0 && tableClass === "global") {
    findings.push({
      code: "create-incomplete",
      severity: "warns",
      where: table.id,
      count: missing.length,
      what: `A row of ${table.id} cannot be created without ${missing.map((column) => column.name).join(", ")}.`,
      todo: `Add the columns to \`create\`, or leave \`create\` out where the rows must be there already.`,
    });
  }
  return findings;
}

/** An expression of a unique index, `lower(email)`, speaks of the column. */
function mentions(expression: string, column: string): boolean {
  return expression.includes("(") && expression.includes(column);
}

/** What the model cannot know, what escaped it, and what will be slow: findings over the classified tables. */
import type { Column, Table } from "../catalog/catalog.ts";
import type { Finding } from "../findings/finding.ts";
import { qualifiedColumn, quoteIdentifier, quoteQualified } from "../postgres/identifiers.ts";
import type { Answers } from "./answers.ts";
import type { Classification, Classified } from "./classify.ts";
import { classOfColumn } from "./column-classes.ts";
import { isNullable } from "./edges.ts";
import type { Hop, Reference } from "./model.ts";
import { isOwned } from "./references.ts";

/** Findings of each table by itself: unanswered NULL keys, missing indexes, kinds of table that need care. */
export function tableFindings({ tables }: Classification, answers: Answers): Finding[] {
  return [...tables.values()].flatMap((entry) => {
    if (!isOwned(entry)) return outsideFindings(entry, answers);
    const key = entry.class === "direct" ? (entry.path?.column ?? null) : null;
    return [
      ...nullKeyFindings(entry, answers),
      ...kindFindings(entry.table),
      ...nothingTravels(entry.table, answers),
      ...outsideTheTable(entry.table, answers),
      ...(key === null ? [] : keyIndex(entry.table, key)),
      ...foreignKeyIndexes(entry.table, key),
      ...notValidated(entry.table),
    ];
  });
}

function nullKeyFindings(entry: Classified, answers: Answers): Finding[] {
  const { id } = entry.table;
  const answer = answers.tables.get(id);
  if (!entry.nullablePath || answer?.nullKey != null || answer?.path != null || answer?.ownedThrough != null)
    return [];
  const [hop] = entry.path!.hops;
  if (hop === undefined) return [nullKeyUnanswered(id, qualifiedColumn(id, entry.path!.column), "")];
  const own = hop.columns.filter((name) => isNullable(entry.table, name));
  // What lies further on is asked of the table where it lies; and where other paths find such rows nothing is lost.
  if (own.length > 0 && (!entry.anyPath || isSubKey(hop, answers)))
    return [
      nullKeyUnanswered(
        id,
        own.map((name) => qualifiedColumn(id, name)).join(", "),
        ` Where another way leads to its tenant, \`${id}: { path: [...] }\`.`,
      ),
    ];
  const hops = entry.path!.hops.map((hop) => hop.columns.join(", ")).join(" → ");
  return [
    {
      code: "null-on-path",
      severity: "notes",
      where: id,
      what: entry.anyPath
        ? `Rows of ${id} without a value along ${hops} are found by its other paths; those without any are no tenant's.`
        : `Rows of ${id} without a value along ${hops} are no tenant's and do not travel.`,
      todo: `If they belong to a tenant by another way, add \`${id}: { path: [...] }\` under \`tables\`.`,
    },
  ];
}

/** A key below the tenant, that the platform file declares. */
function isSubKey({ table, columns }: Hop, { subKeys }: Answers): boolean {
  return subKeys.some((key) => key.table.id === table && columns.some((name) => key.columns.includes(name)));
}

function nullKeyUnanswered(id: string, where: string, otherwise: string): Finding {
  return {
    code: "null-key-unanswered",
    severity: "blocks",
    where,
    what: `${where} may be NULL: such a row is shared by all tenants, or it is there by accident.`,
    todo: `Add \`${id}: { null_key: shared }\` or \`{ null_key: owned }\` under \`tables\`.${otherwise}`,
  };
}

function outsideFindings(entry: Classified, answers: Answers): Finding[] {
  if (entry.class !== "global" || !entry.declared || answers.root === null) return [];
  const key = entry.table.foreignKeys.find(
    ({ table, columns }) =>
      table === answers.root!.id &&
      columns.every((name) => entry.table.columns.some((column) => column.name === name && !column.nullable)),
  );
  if (key === undefined) return [];
  return [
    {
      code: "global-with-tenant-key",
      severity: "warns",
      where: entry.table.id,
      what: `${entry.table.id} is declared as shared, and each of its rows points at a tenant by ${key.columns.join(", ")}.`,
      todo: "Remove the line under `tables` or `common`, unless the rows really belong to everyone.",
    },
  ];
}

function kindFindings(table: Table): Finding[] {
  const note = (code: string, severity: "warns" | "notes", what: string, todo: string): Finding => ({
    code,
    severity,
    where: table.id,
    what,
    todo,
  });
  const findings: Finding[] = [];
  if (table.kind === "foreign") {
    const what = `${table.id} is a foreign table: its rows live on another server, and no snapshot covers them.`;
    findings.push(
      note("foreign-table", "warns", what, `Add \`${table.id}: excluded\` or \`global\` under \`tables\`.`),
    );
  }
  if (table.persistence === "unlogged") {
    const what = `${table.id} is unlogged: a crash empties it, an imported tenant's rows too.`;
    findings.push(note("unlogged-table", "notes", what, "Exclude it if it is only a cache."));
  }
  if (table.inherits.length > 0) {
    const what = `${table.id} inherits from ${table.inherits.join(", ")}: each is carried as a table of its own.`;
    findings.push(
      note("inherited-table", "notes", what, "Nothing, if the parent's constraints are not relied upon."),
    );
  }
  if (!table.keys.some(({ plain }) => plain)) {
    const what = `${table.id} has no key: its rows can be counted and compared as a whole, not one by one.`;
    findings.push(note("table-without-key", "notes", what, "Add a primary key where that is possible."));
  }
  return findings;
}

/** Rows of which nothing would travel: a table without columns, or with none but secrets. */
function nothingTravels(table: Table, answers: Answers): Finding[] {
  const travels = table.columns.some(
    (column) => column.generated === null && classOfColumn(answers, table, column).class !== "secret",
  );
  if (travels) return [];
  return [
    {
      code: "table-without-values",
      severity: "blocks",
      where: table.id,
      what: `${table.id} has no column that travels: nothing would tell its rows.`,
      todo: `Add \`${table.id}: excluded\` under \`tables\`.`,
    },
  ];
}

/** What a row has besides itself: objects that a trigger makes for it, contents that its column only points at. */
function outsideTheTable(table: Table, answers: Answers): Finding[] {
  const making = table.triggers
    .filter(
      ({ makes, events, enabled }) =>
        makes !== undefined && events.includes("insert") && enabled !== "disabled",
    )
    .map(
      (trigger): Finding => ({
        code: "trigger-makes-objects",
        severity: "warns",
        where: `${table.id} (${trigger.name})`,
        what: `${trigger.function} says ${trigger.makes!.join(", ")}: for new rows of ${table.id} the trigger makes objects, which no bundle carries.`,
        todo: "After an import make them as the application does for a new row; with `triggers: on` the trigger does. A delete leaves those of the tenant behind.",
      }),
    );
  const large = table.columns
    .filter((column) => isLargeObject(column) && !answers.columns.get(table.id)?.has(column.name))
    .map((column): Finding => {
      const where = qualifiedColumn(table.id, column.name);
      return {
        code: "large-object-column",
        severity: "warns",
        where,
        what: `${where} has the type of large objects, whose contents lie outside of every table: a bundle carries only their numbers.`,
        todo: `Move the contents into a bytea column; or, where it holds no large objects, add \`${where}: plain\` under \`columns\`.`,
      };
    });
  return [...making, ...large];
}

/** `oid`, or the domain `lo` over it (PostgreSQL documentation, F.22). */
function isLargeObject({ baseType }: Column): boolean {
  return baseType === "pg_catalog.oid";
}

function keyIndex(table: Table, column: string): Finding[] {
  const indexed = table.indexes.some(
    ({ valid, predicate, columns }) => valid && predicate === null && columns[0] === column,
  );
  if (indexed) return [];
  const where = qualifiedColumn(table.id, column);
  return [
    missingIndex(
      "tenant-key-index-missing",
      where,
      `Every export, count and delete reads all of ${table.id}`,
    ),
  ];
}

function foreignKeyIndexes(table: Table, tenantKey: string | null): Finding[] {
  return table.foreignKeys
    .filter(({ indexed, columns }) => !indexed && !(columns.length === 1 && columns[0] === tenantKey))
    .map((key) => {
      const where = key.columns.map((name) => qualifiedColumn(table.id, name)).join(", ");
      return missingIndex(
        "foreign-key-index-missing",
        where,
        `Deleting a row of ${key.table} reads all of ${table.id}`,
      );
    });
}

/** Partitions are left out: what their root says of a key holds for them. */
function notValidated(table: Table): Finding[] {
  return table.foreignKeys
    .filter(({ validated }) => !validated)
    .map((key) => ({
      code: "foreign-key-not-validated",
      severity: "notes",
      where: key.columns.map((name) => qualifiedColumn(table.id, name)).join(", "),
      what: `${key.name} was never validated: rows that break it may be there, and an import refuses a tenant that has some.`,
      todo: `ALTER TABLE ${quoteQualified(table.schema, table.name)} VALIDATE CONSTRAINT ${quoteIdentifier(key.name)}; says whether there are any.`,
    }));
}

function missingIndex(code: string, where: string, cost: string): Finding {
  return {
    code,
    severity: "warns",
    where,
    what: `No index begins with ${where}. ${cost}.`,
    todo: "Add an index in a migration of the platform.",
  };
}

/** Each circle of foreign keys, with the edge that can be left empty at first. */
export function cycleFindings(
  cycles: readonly (readonly string[])[],
  references: readonly Reference[],
  { tables }: Classification,
): Finding[] {
  return cycles.map((members) => {
    const inside = references.filter(
      ({ kind, from, to }) =>
        kind === "foreign key" &&
        from.table !== to.table &&
        members.includes(from.table) &&
        members.includes(to.table),
    );
    const name = ({ from }: Reference) =>
      from.columns.map((column) => qualifiedColumn(from.table, column)).join(", ");
    const open = inside.find(({ nullable }) => nullable);
    const deferrable = inside.find(({ from, foreignKey }) =>
      tables.get(from.table)?.table.foreignKeys.some((key) => key.name === foreignKey && key.deferrable),
    );
    const way =
      open !== undefined
        ? `${name(open)} may be NULL and can be filled afterwards`
        : deferrable !== undefined
          ? `${name(deferrable)} can be checked at the end of the transaction`
          : "no column of it may be NULL and no constraint waits, so one statement must load it";
    return {
      code: "reference-cycle",
      severity: "notes",
      where: members.join(", "),
      count: members.length,
      what: `These tables point at each other in a circle; ${way}.`,
    };
  });
}

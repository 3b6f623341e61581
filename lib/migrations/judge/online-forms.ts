/**
 * How the same is reached without anybody waiting for as long as a table is large: made from what was measured, with
 * the definitions that the database itself gives. Pure. PostgreSQL documentation: ALTER TABLE (Notes), CREATE INDEX
 * (Building Indexes Concurrently).
 */
import { parseQualified, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import type { Effect, MeasuredStatement } from "../facts.ts";
import { keepsOut, strongest } from "../lock-modes.ts";

export interface OnlineForm {
  /** The table that would be kept waiting. */
  readonly table: string;
  readonly sentence: string;
  /** Each a transaction of its own, or outside of any; empty where it is no matter of SQL alone. */
  readonly sql: readonly string[];
}

/** None where nobody waits, or no other way is known. */
export function onlineForms(statement: MeasuredStatement): OnlineForm[] {
  if (statement.outside) return [];
  const forms = statement.effects.flatMap((effect) => formOf(effect, statement) ?? []);
  return [...forms, ...backfills(statement), ...rebuilt(statement)];
}

/** Whether anybody waits for the table while the statement is at work on rows. */
function isKeptWaiting({ locks, held, scanned, rewritten }: MeasuredStatement, table: string): boolean {
  const mode = strongest([...locks, ...held].filter((lock) => lock.table === table).map((lock) => lock.mode));
  return mode !== null && keepsOut(mode) !== null && (scanned.includes(table) || rewritten.includes(table));
}

function formOf(effect: Effect, statement: MeasuredStatement): OnlineForm | null {
  if (!("table" in effect) || !isKeptWaiting(statement, effect.table)) return null;
  switch (effect.kind) {
    case "index made":
      return indexForm(effect);
    case "constraint made":
      return constraintForm(effect);
    case "not null":
      return notNullForm(effect);
    case "type changed":
      return statement.rewritten.includes(effect.table) ? typeForm(effect) : null;
    case "column made":
      return statement.rewritten.includes(effect.table) ? columnForm(effect) : null;
    default:
      return null;
  }
}

/** For SQL: the catalog's names are of two parts. */
function quoted(table: string): string {
  const [schema = "", name = ""] = parseQualified(table) ?? [];
  return quoteQualified(schema, name);
}

type Of<Kind extends Effect["kind"]> = Extract<Effect, { kind: Kind }>;

function indexForm({ table, definition }: Of<"index made">): OnlineForm {
  if (/ ON ONLY /.test(definition))
    return {
      table,
      sentence:
        "Make the index on the parent alone (ON ONLY), then CONCURRENTLY on each partition, and attach those.",
      sql: [],
    };
  return {
    table,
    sentence:
      "Build the index CONCURRENTLY, in a file that runs outside of a transaction; drop it if it ends up invalid.",
    sql: [`${concurrently(definition)};`],
  };
}

const concurrently = (definition: string) =>
  definition.replace(/^CREATE (UNIQUE )?INDEX /, "CREATE $1INDEX CONCURRENTLY ");

function constraintForm({
  table,
  constraint,
  type,
  definition,
  index,
}: Of<"constraint made">): OnlineForm | null {
  const name = quoteIdentifier(constraint);
  if (type === "foreign key" || type === "check") {
    return {
      table,
      sentence:
        "Add the constraint NOT VALID, which holds for new rows, and validate it in a second transaction, which reads the table while others write.",
      sql: [
        `ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${name} ${definition} NOT VALID;`,
        `ALTER TABLE ${quoted(table)} VALIDATE CONSTRAINT ${name};`,
      ],
    };
  }
  if ((type === "unique" || type === "primary key") && index !== null) {
    const deferred = /(?:NOT )?DEFERRABLE.*$/.exec(definition)?.[0];
    return {
      table,
      sentence:
        "Build the unique index CONCURRENTLY, outside of a transaction, and make the constraint of it.",
      sql: [
        `${concurrently(index)};`,
        `ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${name} ${type.toUpperCase()} USING INDEX ${name}${deferred === undefined ? "" : ` ${deferred}`};`,
      ],
    };
  }
  return null;
}

function notNullForm({ table, column }: Of<"not null">): OnlineForm {
  const [name, check] = [quoteIdentifier(column), quoteIdentifier(`${column}_is_not_null`.slice(0, 63))];
  return {
    table,
    sentence:
      "Add a CHECK as NOT VALID, validate it while others write, and set NOT NULL then: beside a valid CHECK it reads nothing.",
    sql: [
      `ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${check} CHECK (${name} IS NOT NULL) NOT VALID;`,
      `ALTER TABLE ${quoted(table)} VALIDATE CONSTRAINT ${check};`,
      `ALTER TABLE ${quoted(table)} ALTER COLUMN ${name} SET NOT NULL; ALTER TABLE ${quoted(table)} DROP CONSTRAINT ${check};`,
    ],
  };
}

function typeForm({ table, column, to }: Of<"type changed">): OnlineForm {
  const [name, fresh] = [quoteIdentifier(column), quoteIdentifier(`${column}_new`.slice(-63))];
  return {
    table,
    sentence: `Add a column of the new type, have a trigger or the release write both, fill it in batches, and change the names when it is full.`,
    sql: [
      `ALTER TABLE ${quoted(table)} ADD COLUMN ${fresh} ${to};`,
      batched(table, `${fresh} = ${name}::${to}`, `${fresh} IS NULL AND ${name} IS NOT NULL`),
      `ALTER TABLE ${quoted(table)} DROP COLUMN ${name}; ALTER TABLE ${quoted(table)} RENAME COLUMN ${fresh} TO ${name};`,
    ],
  };
}

function columnForm({
  table,
  column,
  type,
  notNull,
  generated,
  default: value,
}: Of<"column made">): OnlineForm | null {
  const name = quoteIdentifier(column);
  if (generated)
    return {
      table,
      sentence:
        "Add a plain column, have a trigger compute it for rows that are written, and fill the others in batches; or index the expression instead of a column.",
      sql: [`ALTER TABLE ${quoted(table)} ADD COLUMN ${name} ${type};`],
    };
  if (value === null) return null;
  return {
    table,
    sentence: `Add the column without its default, set the default for new rows, and fill the old ones in batches${notNull ? "; NOT NULL comes last, beside a valid CHECK" : ""}.`,
    sql: [
      `ALTER TABLE ${quoted(table)} ADD COLUMN ${name} ${type};`,
      `ALTER TABLE ${quoted(table)} ALTER COLUMN ${name} SET DEFAULT ${value};`,
      batched(table, `${name} = DEFAULT`, `${name} IS NULL`),
    ],
  };
}

/** By the physical place: any table has one, and no row is missed, for what is written anew is done already. */
function batched(table: string, set: string, where: string): string {
  return `UPDATE ${quoted(table)} SET ${set} WHERE ctid IN (SELECT ctid FROM ${quoted(table)} WHERE ${where} LIMIT 5000); -- until it changes no more rows`;
}

/** An UPDATE of all rows in one transaction. */
function backfills({ kind, changed }: MeasuredStatement): OnlineForm[] {
  if (kind !== "UPDATE") return [];
  return changed
    .filter(({ updated, of, columns }) => updated > 0 && updated >= of && columns.length > 0)
    .map(({ table }) => ({
      table,
      sentence:
        "Change the rows in batches of a few thousand by their key, each a transaction of its own: locks are short, and vacuum can follow.",
      sql: [],
    }));
}

/** What a word makes concurrent. */
function rebuilt({ kind, text, locks }: MeasuredStatement): OnlineForm[] {
  const [table] = locks.filter(({ mode }) => keepsOut(mode) !== null).map((lock) => lock.table);
  if (table === undefined) return [];
  if (kind === "REFRESH MATERIALIZED VIEW")
    return [
      {
        table,
        sentence: "Refresh it CONCURRENTLY, which takes a unique index on it: readers go on.",
        sql: [`${text.replace(/^REFRESH\s+MATERIALIZED\s+VIEW/i, "$& CONCURRENTLY")};`],
      },
    ];
  if (kind.startsWith("REINDEX"))
    return [
      {
        table,
        sentence: "Reindex CONCURRENTLY, outside of a transaction.",
        sql: [`${text.replace(/^(REINDEX\s+(?:\([^)]*\)\s*)?(?:INDEX|TABLE|SCHEMA))/i, "$1 CONCURRENTLY")};`],
      },
    ];
  return [];
}

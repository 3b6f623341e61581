/**
 * A schema as the statements that make another one like it, without its rows. The server prints them: with the schema
 * alone on the search path its own names come out bare and all others qualified, so that the same text, run with the
 * new schema alone on the path, makes the same things there (System Catalog Information Functions, 9.27.4).
 */
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import { quoteIdentifier } from "../../postgres/identifiers.ts";
import { CONSTRAINTS, FOREIGN_KEYS, INDEXES } from "./sql/constraints.ts";
import { OWNERS, PRIVILEGES, SCHEMA_RIGHTS } from "./sql/rights.ts";
import { LATE_FUNCTIONS, POLICIES, ROUTINES, TRIGGERS, UNCOPIED, VIEWS } from "./sql/routines.ts";
import { SEQUENCE_OWNERS, SEQUENCES, TABLES } from "./sql/tables.ts";
import { COLLATIONS, TYPES } from "./sql/types.ts";

export interface Statement {
  /** The object that it makes or changes, for people. */
  readonly object: string;
  readonly sql: string;
}

export interface SchemaCopy {
  /** To be run in this order with the new schema alone on the search path. */
  readonly statements: readonly Statement[];
  /** Its owner where that is another role, and `USAGE TO app`: as SQL. */
  readonly rights: { readonly owner: string | null; readonly grants: readonly string[] };
  /** What cannot be made again from here; each blocks. */
  readonly findings: readonly Finding[];
}

/** What is in a schema, in the order in which one needs another. */
export const CONTENTS: readonly string[] = [
  COLLATIONS,
  TYPES,
  SEQUENCES,
  ROUTINES,
  TABLES,
  LATE_FUNCTIONS,
  CONSTRAINTS,
  INDEXES,
  FOREIGN_KEYS,
  SEQUENCE_OWNERS,
  VIEWS,
  TRIGGERS,
  POLICIES,
];

const STEPS = [...CONTENTS, OWNERS, PRIVILEGES];

/** The session's search path is as before afterwards. */
export async function readSchema(client: pg.ClientBase, schema: string): Promise<SchemaCopy> {
  return withPath(client, schema, async () => {
    const statements: Statement[] = [];
    for (const step of STEPS) statements.push(...(await client.query<Statement>(step, [schema])).rows);
    const { rows: rights } = await client.query<SchemaCopy["rights"]>(SCHEMA_RIGHTS, [schema]);
    const { rows: uncopied } = await client.query<{ object: string }>(UNCOPIED, [schema]);
    return {
      statements,
      rights: rights[0]!,
      findings: [
        ...uncopied.map(({ object }) => notCopied(schema, object)),
        ...statements
          .filter(({ sql }) => names(sql, schema))
          .map(({ object }) => namesItself(schema, object)),
      ],
    };
  });
}

/** Makes the new schema in the transaction at hand. Rejects with the database's error. */
export async function makeSchema(
  client: pg.ClientBase,
  schema: string,
  { statements, rights }: SchemaCopy,
): Promise<void> {
  const name = quoteIdentifier(schema);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${name}`);
  for (const grant of rights.grants) {
    const [privilege = "", role = ""] = grant.split(/ TO (.*)/s);
    await client.query(`GRANT ${privilege} ON SCHEMA ${name} TO ${role}`);
  }
  // Bodies may name tables that come later; they were checked when they were first written.
  await client.query("SET LOCAL check_function_bodies = off");
  await withPath(client, schema, async () => {
    for (const { sql } of statements) await client.query(sql);
  });
  if (rights.owner !== null) await client.query(`ALTER SCHEMA ${name} OWNER TO ${rights.owner}`);
}

/** Runs `work` with the schema alone on the search path, and puts the path back. */
export async function withPath<T>(client: pg.ClientBase, schema: string, work: () => Promise<T>): Promise<T> {
  const { rows } = await client.query<{ path: string }>(
    "SELECT pg_catalog.current_setting('search_path') AS path, pg_catalog.set_config('search_path', pg_catalog.quote_ident($1), false)",
    [schema],
  );
  const restore = () =>
    client.query("SELECT pg_catalog.set_config('search_path', $1, false)", [rows[0]!.path]);
  try {
    return await work();
  } finally {
    // A failed transaction takes no statement more, and has the path that it began with when it is rolled back.
    await restore().catch(() => undefined);
  }
}

/** The schema's name as a word: in a function's text, a path that it sets, a name that pg_catalog has too. */
function names(sql: string, schema: string): boolean {
  const word = schema.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w$])${word}(?![\\w$])`, "i").test(sql);
}

function notCopied(schema: string, object: string): Finding {
  return {
    code: "schema-object-not-copied",
    severity: "blocks",
    where: `${schema} (${object})`,
    what: `The schema ${schema} holds ${object}, which cannot be made again for another tenant from what the catalog says.`,
    todo: "Take it out of the tenants' schemas, or keep it in a common one.",
  };
}

function namesItself(schema: string, object: string): Finding {
  return {
    code: "schema-names-itself",
    severity: "blocks",
    where: `${schema} (${object})`,
    what: `The definition of ${object} names the schema ${schema}: made again for another tenant it would still work on this one's rows.`,
    todo: "Leave the schema's name out of it, so that the search path decides, in all tenants' schemas.",
  };
}

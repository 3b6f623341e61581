/**
 * A database's schemas as the statements that make them again in an empty database of a throwaway server: extensions,
 * types, tables, functions, views, triggers and policies, without rows, owners and privileges.
 */
import type pg from "pg";
import { blocks, type Finding } from "../../findings/finding.ts";
import { quoteIdentifier } from "../../postgres/identifiers.ts";
import { IN_USER_SCHEMA } from "../sql/user-schemas.ts";
import { CONTENTS, type Statement, withPath } from "./read-schema.ts";
import { UNCOPIED } from "./sql/routines.ts";

export interface DatabaseCopy {
  readonly schemas: readonly string[];
  readonly extensions: readonly CopiedExtension[];
  /** Whom policies name: a throwaway server has none of them yet. */
  readonly roles: readonly string[];
  /** Each to be run with its schema alone on the search path. */
  readonly statements: readonly (Statement & { readonly schema: string })[];
  /** Kinds of object that are not made again, as notes: rows need none of them unless a table does, which then says so. */
  readonly findings: readonly Finding[];
}

export interface CopiedExtension {
  readonly name: string;
  readonly schema: string;
  /** Columns whose type or default is the extension's. */
  readonly columns: readonly string[];
}

const SCHEMAS = `
  SELECT n.nspname AS name FROM pg_catalog.pg_namespace n
   WHERE ${IN_USER_SCHEMA} AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.objid = n.oid AND d.deptype = 'e')
   ORDER BY n.nspname`;

/** plpgsql is in every database from the beginning. */
const EXTENSIONS = `
  WITH own AS (
    SELECT classid, objid, refobjid AS extension FROM pg_catalog.pg_depend
     WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND deptype = 'e'),
  needed AS (
    SELECT own.extension, a.attrelid, a.attnum
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        JOIN own ON own.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                AND own.objid IN (t.oid, t.typelem, t.typbasetype)
    UNION
    SELECT own.extension, ad.adrelid, ad.adnum
      FROM pg_catalog.pg_attrdef ad
        JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = ad.oid
        JOIN own ON own.classid = d.refclassid AND own.objid = d.refobjid)
  SELECT e.extname AS name, n.nspname AS schema, ARRAY(
           SELECT pg_catalog.format('%I.%I.%I', s.nspname, c.relname, a.attname)
             FROM needed JOIN pg_catalog.pg_class c ON c.oid = needed.attrelid AND c.relkind IN ('r', 'p')
               JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
               JOIN pg_catalog.pg_attribute a USING (attrelid, attnum)
            WHERE needed.extension = e.oid AND NOT c.relispartition ORDER BY 1) AS columns
    FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
   WHERE e.extname <> 'plpgsql' ORDER BY e.oid`;

const POLICY_ROLES = `
  SELECT DISTINCT pg_catalog.pg_get_userbyid(role) AS name
    FROM pg_catalog.pg_policy p, pg_catalog.unnest(p.polroles) role
   WHERE role <> 0 AND pg_catalog.pg_get_userbyid(role) !~ '^pg_' ORDER BY 1`;

/** @param without schemas that are left out: those of other tenants, where each has one of its own */
export async function readDatabase(
  client: pg.ClientBase,
  without: ReadonlySet<string> = new Set(),
): Promise<DatabaseCopy> {
  const names = async (sql: string) =>
    (await client.query<{ name: string }>(sql)).rows.map((row) => row.name);
  const schemas = (await names(SCHEMAS)).filter((schema) => !without.has(schema));
  const { rows: extensions } = await client.query<CopiedExtension>(EXTENSIONS);
  const statements: (Statement & { schema: string })[] = [];
  for (const step of CONTENTS) {
    for (const schema of schemas) {
      const { rows } = await withPath(client, schema, () => client.query<Statement>(step, [schema]));
      statements.push(...rows.map((row) => ({ ...row, schema })));
    }
  }
  const findings: Finding[] = [];
  for (const schema of schemas) {
    const { rows } = await client.query<{ object: string }>(UNCOPIED, [schema]);
    findings.push(...rows.filter(({ object }) => !object.startsWith("extension ")).map(leftOut(schema)));
  }
  return { schemas, extensions, roles: await names(POLICY_ROLES), statements, findings };
}

/**
 * Makes it all in a database that is empty. What refers to something that is made later waits for it: whatever failed
 * is tried again for as long as anything else succeeds.
 *
 * @returns what could not be made: tables and their constraints block, all else is noted
 */
export async function makeDatabase(client: pg.ClientBase, copy: DatabaseCopy): Promise<Finding[]> {
  for (const role of copy.roles) await client.query(makeRole(role));
  await client.query("BEGIN");
  // Bodies may name tables that come later; they were checked when they were first written.
  await client.query("SET LOCAL check_function_bodies = off");
  for (const schema of copy.schemas)
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
  const extensions = copy.extensions.map((extension) => ({
    object: `extension ${extension.name}`,
    schema: extension.schema,
    extension,
    sql: `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(extension.name)}${copy.schemas.includes(extension.schema) ? ` SCHEMA ${quoteIdentifier(extension.schema)}` : ""} CASCADE`,
  }));
  let waiting: readonly Making[] = [...extensions, ...copy.statements];
  let failed: Failure[];
  do {
    failed = await tryAll(client, waiting);
    if (failed.length === waiting.length) break;
    waiting = failed.map(({ statement }) => statement);
  } while (failed.length > 0);
  await client.query("COMMIT");
  const missing = failed.flatMap(({ statement: { extension } }) => extension ?? []);
  const findings = await extensionsMissing(client, missing);
  const others = failed.filter(({ statement }) => statement.extension === undefined).map(notMade);
  // Whatever else is missing then is so for want of it, or is said the next time.
  return blocks(findings) ? findings : [...findings, ...others];
}

interface Making extends Statement {
  readonly schema: string;
  readonly extension?: CopiedExtension;
}

interface Failure {
  readonly statement: Making;
  readonly message: string;
}

async function tryAll(client: pg.ClientBase, statements: readonly Making[]): Promise<Failure[]> {
  const failed: Failure[] = [];
  for (const statement of statements) {
    await client.query("SAVEPOINT made");
    try {
      await withPath(client, statement.schema, () => client.query(statement.sql));
      await client.query("RELEASE SAVEPOINT made");
    } catch (error) {
      await client.query("ROLLBACK TO SAVEPOINT made");
      failed.push({ statement, message: (error as Error).message });
    }
  }
  return failed;
}

/** Roles are the server's, not the database's: one that is there already is fine. */
function makeRole(name: string): string {
  const role = quoteIdentifier(name);
  return `DO $do$ BEGIN CREATE ROLE ${role} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $do$`;
}

const leftOut =
  (schema: string) =>
  ({ object }: { object: string }): Finding => ({
    code: "object-not-copied",
    severity: "notes",
    where: `${schema} (${object})`,
    what: `${object} of the schema ${schema} is not made again on the throwaway server.`,
    todo: "Nothing, unless a table there is said to be missing for it.",
  });

function notMade({ statement: { object, schema }, message }: Failure): Finding {
  const carriesRows = /^(table|type|constraint) /.test(object);
  return {
    code: "object-not-made",
    severity: carriesRows ? "blocks" : "notes",
    where: `${schema} (${object})`,
    what: `${object} could not be made on the throwaway server: ${message}`,
    todo: carriesRows
      ? "The server that comes with the packages has PostgreSQL's own extensions and types only: what needs others cannot be made there."
      : "Nothing: rows are carried and proved without it.",
  };
}

/** One that no column needs is a note: functions, operators and views of it are missed by no row. */
async function extensionsMissing(
  client: pg.ClientBase,
  extensions: readonly CopiedExtension[],
): Promise<Finding[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT name FROM pg_catalog.pg_available_extensions",
  );
  const available = new Set(rows.map(({ name }) => name));
  return extensions.map(({ name, schema, columns }) => {
    const why = available.has(name)
      ? `Only a superuser may make the extension ${name}, and the platform's functions run as none on the throwaway server.`
      : `The server has no extension ${name}; the one that comes with the packages has PostgreSQL's own and no others.`;
    const [first, ...more] = columns;
    if (first === undefined)
      return {
        code: "extension-missing",
        severity: "notes",
        where: `${schema} (extension ${name})`,
        what: why,
        todo: "Nothing: no column has a type or a default of it.",
      };
    return {
      code: "extension-missing",
      severity: "blocks",
      where: `${schema} (extension ${name})`,
      count: columns.length,
      what: `${why} ${first}${more.length === 0 ? " needs" : ` and ${more.length} more need`} it.`,
      todo: `Try it on a server that has ${name}, and that says \`trusted = true\` in its control file: \`--server URL\`, or TENANTRY_DRILL_SERVER_URL in the environment.`,
    };
  });
}

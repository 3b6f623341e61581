/** Whether migrations over rows have made the schema that they make without any, and that the bundle is meant for. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { readDatabase } from "../../catalog/schema-copy/database-copy.ts";
import { shapeHash } from "../../catalog/shape.ts";
import type { Finding } from "../../findings/finding.ts";
import type { Ledger } from "../../ledger/ledger.ts";

/** What a database has that the upgraded bundle is for: an import there will ask for the same. */
export interface ExpectedSchema {
  /** What people call it. */
  readonly database: string;
  readonly fingerprint: string | null;
  /** Shape hashes by table. */
  readonly shapes: Readonly<Record<string, string>>;
}

/** Each object of the schemas with the statement that would make it. */
export type MadeSchema = ReadonlyMap<string, string>;

export async function readMadeSchema(client: pg.ClientBase): Promise<MadeSchema> {
  const { statements, extensions } = await readDatabase(client);
  const made = new Map<string, string>();
  for (const { schema, object, sql } of statements) {
    const name = `${schema} (${object})`;
    made.set(name, `${made.get(name) ?? ""}${sql}\n`);
  }
  for (const { name, schema } of extensions) made.set(`extension ${name}`, schema);
  return made;
}

const SHOWN = 20;

/** Pure. @returns `schema-not-as-expected`, one an object, and no more than are read */
export function schemaDifferences(found: MadeSchema, expected: MadeSchema): Finding[] {
  const names = [...new Set([...expected.keys(), ...found.keys()])].filter(
    (name) => found.get(name) !== expected.get(name),
  );
  return names
    .slice(0, SHOWN)
    .map((name) =>
      notAsExpected(
        name,
        !found.has(name)
          ? "The migrations make it in an empty database, and have not made it over the bundle's rows."
          : !expected.has(name)
            ? "The migrations have made it over the bundle's rows, and do not in an empty database."
            : "The migrations have made it otherwise over the bundle's rows than in an empty database.",
      ),
    );
}

/** Pure. Only tables and the ledger: an index or a function of its own keeps no bundle from a database. */
export function databaseDifferences(
  catalog: Catalog,
  ledger: Ledger | null,
  expected: ExpectedSchema,
): Finding[] {
  const findings: Finding[] = [];
  const { database } = expected;
  if (expected.fingerprint !== (ledger?.fingerprint ?? null))
    findings.push(
      notAsExpected(
        "ledger",
        `The migrations that have run are not those of ${database}, or not the same files.`,
      ),
    );
  for (const [id, shape] of Object.entries(expected.shapes)) {
    const table = catalog.tables.get(id);
    if (table === undefined)
      findings.push(notAsExpected(id, `${database} has this table, and no migration makes it.`));
    else if (shapeHash(table) !== shape)
      findings.push(notAsExpected(id, `Its columns are not those that it has in ${database}.`));
  }
  return findings.slice(0, SHOWN);
}

function notAsExpected(where: string, what: string): Finding {
  return {
    code: "schema-not-as-expected",
    severity: "blocks",
    where,
    what,
    todo: "Nothing was written. Look which migration depends on rows, or was changed by hand; what was skipped or replaced comes first.",
  };
}

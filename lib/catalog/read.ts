import type pg from "pg";
import { assembleSequences } from "./assemble/sequences.ts";
import { assembleTables } from "./assemble/tables.ts";
import type { Catalog } from "./catalog.ts";
import { withPinnedCatalog } from "./pinned.ts";
import { readColumns } from "./sql/columns.ts";
import { readChecksAndExclusions, readForeignKeys } from "./sql/constraints.ts";
import { readIndexes } from "./sql/indexes.ts";
import { readPolicies } from "./sql/policies.ts";
import { readSequences, readSequenceUses } from "./sql/sequences.ts";
import { readExtensions, readServer, readVersionNumber } from "./sql/server.ts";
import { readTables } from "./sql/tables.ts";
import { readTriggers } from "./sql/triggers.ts";
import { readTypeParts, readTypes } from "./sql/types.ts";

/**
 * Reads what the database contains, for Postgres 14 to 18: one statement for each kind of thing, whatever the
 * number of tables. Left out: the system's schemas, temporary tables, views, and the schema `tenantry`.
 *
 * Runs in the transaction that the client has open (then as of its snapshot, where it keeps one), else in a
 * read-only REPEATABLE READ transaction of its own. The text of types and expressions does not depend on the
 * session's settings, which are as before afterwards. pg_catalog may be read by every role, so that a role
 * without rights reads the same catalog with its `privileges` false. Waits for a table that somebody holds
 * exclusively, as the size of it cannot be asked before. Rejects with the database's error.
 *
 * @param helpers further sessions in transactions of the same snapshot, which share the work
 */
export async function readCatalog(
  client: pg.ClientBase,
  helpers: readonly pg.ClientBase[] = [],
): Promise<Catalog> {
  const version = await readVersionNumber(client);
  // Those that take longest come first.
  const { server, extensions, ...rows } = await shareOut([client, ...helpers], {
    tables: readTables,
    columns: (session) => readColumns(session, version),
    typeParts: readTypeParts,
    indexes: (session) => readIndexes(session, version),
    foreignKeys: (session) => readForeignKeys(session, version),
    types: readTypes,
    server: (session) => readServer(session, version),
    constraints: readChecksAndExclusions,
    triggers: readTriggers,
    policies: readPolicies,
    sequenceUses: readSequenceUses,
    sequences: readSequences,
    extensions: readExtensions,
  });
  const tables = assembleTables(rows);
  const sequences = assembleSequences(rows.sequences, rows.sequenceUses, rows.tables, rows.columns);
  return { ...server, extensions, tables, sequences };
}

/** Each session takes the next statement when it is done with one. Ends what was begun before it throws. */
async function shareOut<Results extends object>(
  sessions: readonly pg.ClientBase[],
  statements: { readonly [Name in keyof Results]: (session: pg.ClientBase) => Promise<Results[Name]> },
): Promise<Results> {
  const names = Object.keys(statements) as (keyof Results)[];
  const results: Partial<Results> = {};
  const done = await Promise.allSettled(
    sessions.map((session) =>
      withPinnedCatalog(session, async () => {
        for (let name = names.shift(); name !== undefined; name = names.shift())
          results[name] = await statements[name](session);
      }),
    ),
  );
  const failed = done.find((each) => each.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return results as Results;
}

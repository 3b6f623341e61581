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
 */
export async function readCatalog(client: pg.ClientBase): Promise<Catalog> {
  return withPinnedCatalog(client, async () => {
    const version = await readVersionNumber(client);
    const { server, database, role } = await readServer(client, version);
    const extensions = await readExtensions(client);
    const rows = {
      tables: await readTables(client),
      columns: await readColumns(client, version),
      types: await readTypes(client),
      typeParts: await readTypeParts(client),
      indexes: await readIndexes(client, version),
      foreignKeys: await readForeignKeys(client, version),
      constraints: await readChecksAndExclusions(client),
      triggers: await readTriggers(client),
      policies: await readPolicies(client),
      sequences: await readSequences(client),
      sequenceUses: await readSequenceUses(client),
    };
    const tables = assembleTables(rows);
    const sequences = assembleSequences(rows.sequences, rows.sequenceUses, rows.tables, rows.columns);
    return { server, database, role, extensions, tables, sequences };
  });
}

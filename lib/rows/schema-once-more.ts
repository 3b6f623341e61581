/** A platform's schema once more, on a throwaway server: as its database says it, whatever tool has made it. */
import type pg from "pg";
import type { Catalog } from "../catalog/catalog.ts";
import { readCatalog } from "../catalog/read.ts";
import { makeDatabase, readDatabase } from "../catalog/schema-copy/database-copy.ts";
import { blocks, type Finding, Refusal } from "../findings/finding.ts";
import { connect } from "../postgres/connection.ts";
import { copyIn, copyOut, ownPieces } from "../postgres/copy-streams.ts";
import { quoteQualified } from "../postgres/identifiers.ts";
import { pinSession } from "../postgres/session.ts";
import { isLedgerTable } from "../tenancy/ledger-tables.ts";

/**
 * Tables, types, functions and all that stands on them, with the rows of the migration ledger and no others.
 *
 * @param url the platform's database; it is only read
 * @param target an empty database
 * @param without names schemas that are left out
 * @returns what was not made, and no row needs
 * @throws Refusal where a table could not be made
 */
export async function makeSchemaOnceMore(
  url: string,
  target: pg.Client,
  signal: AbortSignal,
  without: (catalog: Catalog) => ReadonlySet<string> = () => new Set(),
): Promise<readonly Finding[]> {
  const source = await connect(url, { applicationName: "tenantry copy", readOnly: true, signal });
  try {
    await pinSession(source);
    await source.query("SET lock_timeout = '5s'");
    const catalog = await readCatalog(source);
    const leftOut = without(catalog);
    const copy = await readDatabase(source, leftOut);
    const failed = await makeDatabase(target, copy);
    if (blocks(failed)) throw new Refusal(failed);
    for (const { schema, name, columns } of catalog.tables.values()) {
      if (!isLedgerTable(name, columns) || leftOut.has(schema)) continue;
      const ledger = quoteQualified(schema, name);
      await copyIn(
        target,
        `COPY ${ledger} FROM STDIN`,
        ownPieces(copyOut(source, `COPY ${ledger} TO STDOUT`)),
      );
    }
    return [...copy.findings, ...failed];
  } finally {
    await source.end();
  }
}

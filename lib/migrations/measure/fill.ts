/**
 * A few rows in every table that has none: a statement that validates, rewrites or updates does less where there is
 * nothing. Whose they are does not matter, nor what they say.
 */
import type pg from "pg";
import type { Table } from "../../catalog/catalog.ts";
import { readCatalog } from "../../catalog/read.ts";
import type { Finding } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { makeRows } from "../../rows/made/make-rows.ts";
import { isLedgerTable } from "../../tenancy/ledger-tables.ts";

/** Rows of a filled table that others may point at. */
const POINTED_AT = 4;

/** No tenant, no table of a model: each row is shared. */
const NOBODYS = {
  references: [],
  tables: new Map(),
  tenant: { table: null, key: "", keyType: "text", slug: null, name: null, domains: null, state: null },
};

/** @returns the tables that stay empty, as a note: what was measured of them may be too little */
export async function fillTables(url: string, signal: AbortSignal): Promise<readonly Finding[]> {
  const client = await connect(url, { applicationName: "tenantry measure", signal });
  try {
    const catalog = await readCatalog(client);
    const there = new Map<string, readonly ReadonlyMap<string, string | null>[]>();
    for (const table of catalog.tables.values()) {
      const rows = isLedgerTable(table.name) ? [] : await someRows(client, table);
      if (rows.length > 0) there.set(table.id, rows);
    }
    const { findings } = await makeRows(client, {
      catalog,
      root: null,
      whose: { tenants: new Set(), whole: new Set(), keyColumns: () => [] },
      model: NOBODYS,
      skipped: new Set(
        [...catalog.tables.values()].filter(({ name }) => isLedgerTable(name)).map(({ id }) => id),
      ),
      seed: null,
      there,
      mayFire: true,
    });
    return findings.length === 0 ? [] : [stayEmpty(findings)];
  } finally {
    await client.end();
  }
}

async function someRows(client: pg.Client, table: Table): Promise<ReadonlyMap<string, string | null>[]> {
  if (table.kind === "foreign" || table.columns.length === 0) return [];
  const columns = table.columns.map(({ name }) => `${quoteIdentifier(name)}::text`).join(", ");
  const { rows } = await client.query<(string | null)[]>({
    text: `SELECT ${columns} FROM ${quoteQualified(table.schema, table.name)} LIMIT ${POINTED_AT}`,
    rowMode: "array",
  });
  return rows.map((values) => new Map(table.columns.map(({ name }, at) => [name, values[at] ?? null])));
}

function stayEmpty(findings: readonly Finding[]): Finding {
  const tables = findings.map(({ where }) => where);
  const shown = tables.slice(0, 5).join(", ");
  return {
    code: "measured-without-rows",
    severity: "notes",
    where: "measurement",
    count: tables.length,
    what: `No row could be made for ${shown}${tables.length > 5 ? ` and ${tables.length - 5} more` : ""}: what statements do to rows there is not seen.`,
  };
}

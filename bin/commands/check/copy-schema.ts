/** The platform's schema once more, on a server of its own: as its database says it, whatever tool has made it. */
import type pg from "pg";
import { readCatalog } from "../../../lib/catalog/read.ts";
import { makeSchema, readSchema, type SchemaCopy } from "../../../lib/catalog/schema-copy/read-schema.ts";
import { type Finding, Refusal } from "../../../lib/findings/finding.ts";
import { connect } from "../../../lib/postgres/connection.ts";
import { copyIn, copyOut } from "../../../lib/postgres/copy-streams.ts";
import { quoteIdentifier, quoteQualified } from "../../../lib/postgres/identifiers.ts";
import { isLedgerTable } from "../../../lib/tenancy/ledger-tables.ts";

/**
 * Tables, types, functions and all that stands on them, with the ledger's rows and no others. No roles: the trial's
 * only one may do everything.
 *
 * @throws Refusal where the throwaway server cannot hold it
 */
export async function copySchema(url: string, target: pg.Client, signal: AbortSignal): Promise<void> {
  const source = await connect(url, {
    applicationName: "tenantry check",
    readOnly: true,
    signal,
  });
  try {
    const { extensions, tables } = await readCatalog(source);
    const schemas = [...new Set([...tables.values()].map(({ schema }) => schema))].sort(publicFirst);
    const copies = new Map<string, SchemaCopy>();
    for (const schema of schemas) copies.set(schema, await readSchema(source, schema));
    for (const schema of schemas)
      await target.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
    for (const { name, schema } of extensions) await addExtension(target, name, schema);
    await target.query("BEGIN");
    for (const [schema, { statements }] of copies) {
      const without = statements.filter(({ sql }) => !OF_ROLES.test(sql));
      await makeSchema(target, schema, {
        statements: without,
        rights: { owner: null, grants: [] },
        findings: [],
      }).catch((error: unknown) => Promise.reject(new Refusal(notCopied(schema, error), { cause: error })));
    }
    for (const { schema, name } of [...tables.values()].filter((table) => isLedgerTable(table.name))) {
      const ledger = quoteQualified(schema, name);
      await copyIn(target, `COPY ${ledger} FROM STDIN`, copyOut(source, `COPY ${ledger} TO STDOUT`));
    }
    await target.query("COMMIT");
  } finally {
    await source.end();
  }
}

const OF_ROLES = /^\s*(GRANT|REVOKE|CREATE POLICY|ALTER [^;]* OWNER TO)\b/i;

function publicFirst(one: string, other: string): number {
  return Number(other === "public") - Number(one === "public") || (one < other ? -1 : 1);
}

async function addExtension(client: pg.Client, name: string, schema: string): Promise<void> {
  const create = `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name)}`;
  const isSystems = schema.startsWith("pg_");
  if (!isSystems) await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
  await client
    .query(isSystems ? create : `${create} SCHEMA ${quoteIdentifier(schema)}`)
    .catch((cause: unknown) =>
      Promise.reject(
        new Refusal(
          {
            code: "extension-missing",
            severity: "blocks",
            where: name,
            what: `The throwaway server has no extension ${name}: the round trip cannot be made.`,
            todo: "Check without --round-trip.",
          },
          { cause },
        ),
      ),
    );
}

function notCopied(schema: string, error: unknown): Finding {
  return {
    code: "schema-not-copied",
    severity: "blocks",
    where: schema,
    what: `The schema could not be made again on the throwaway server (SQLSTATE ${(error as { code?: string }).code ?? "unknown"}).`,
    todo: "Check without --round-trip.",
  };
}

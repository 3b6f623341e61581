/** Ledgers that are recognised and not read: whose they are can be said, and that only shapes tell schemas apart. */
import type pg from "pg";
import type { Finding } from "../findings/finding.ts";
import { qualifiedName } from "../postgres/identifiers.ts";

/** Tools by the tables in which they keep their ledger; the names are telling enough. */
const TOOLS: Readonly<Record<string, string>> = {
  databasechangelog: "Liquibase",
  kysely_migration: "Kysely",
  mikro_orm_migrations: "MikroORM",
  gorp_migrations: "sql-migrate",
  refinery_schema_history: "refinery",
  __diesel_schema_migrations: "Diesel",
  __EFMigrationsHistory: "Entity Framework",
  doctrine_migration_versions: "Doctrine",
  atlas_schema_revisions: "Atlas",
  ecto_schema_migrations: "Ecto",
};

const TABLES = `
  SELECT n.nspname AS schema, c.relname AS name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relname = ANY ($1) AND c.relkind IN ('r', 'p') ORDER BY n.nspname, c.relname`;

/** One finding a ledger; none where there is none. Looks at the catalog only. */
export async function otherLedgers(client: pg.ClientBase): Promise<Finding[]> {
  const { rows } = await client.query<{ schema: string; name: string }>(TABLES, [Object.keys(TOOLS)]);
  return rows.map(({ schema, name }) => notRead(qualifiedName(schema, name), TOOLS[name]!));
}

function notRead(table: string, tool: string): Finding {
  return {
    code: "ledger-not-read",
    severity: "warns",
    where: table,
    what: `the database carries the ledger of ${tool} (${table}), which Tenantry does not read: only the shapes of tables tell schemas apart`,
    todo: "nothing, between databases of one shape; bringing a database to a version is left to the tool",
  };
}

/** Ledgers that are recognised and not read: whose they are can be said, and that only shapes tell schemas apart. */
import type pg from "pg";
import type { Finding } from "../findings/finding.ts";
import { qualifiedName } from "../postgres/identifiers.ts";

interface Signature {
  readonly tool: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** Its migrations are programs: no reading of files replays them. */
  readonly code?: true;
}

/** By tables and columns; where several tools use one name, the more telling signature stands first. */
const SIGNATURES: readonly Signature[] = [
  { tool: "Flyway", table: "flyway_schema_history", columns: ["installed_rank", "script"] },
  { tool: "Django", table: "django_migrations", columns: ["app", "name"], code: true },
  { tool: "golang-migrate", table: "schema_migrations", columns: ["version", "dirty"] },
  { tool: "goose", table: "goose_db_version", columns: ["version_id", "is_applied"] },
  { tool: "Pop", table: "schema_migration", columns: ["version"] },
  { tool: "Alembic", table: "alembic_version", columns: ["version_num"], code: true },
  { tool: "Knex", table: "knex_migrations", columns: ["name", "batch"], code: true },
  { tool: "TypeORM", table: "migrations", columns: ["id", "timestamp", "name"], code: true },
  { tool: "Sequelize", table: "SequelizeMeta", columns: ["name"], code: true },
];

/** Rails writes its environment beside; dbmate's versions have a length. */
const RAILS = "ar_internal_metadata";

const TABLES = `
  SELECT n.nspname AS schema, c.relname AS name, pg_catalog.json_object_agg(a.attname,
           pg_catalog.format_type(a.atttypid, a.atttypmod)) AS columns
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE c.relname = ANY ($1) AND c.relkind IN ('r', 'p')
   GROUP BY n.nspname, c.relname ORDER BY n.nspname, c.relname`;

interface Found {
  readonly schema: string;
  readonly name: string;
  readonly columns: Readonly<Record<string, string>>;
}

/** One finding a ledger; none where there is none. Looks at the catalog only. */
export async function otherLedgers(client: pg.ClientBase): Promise<Finding[]> {
  const names = [...SIGNATURES.map(({ table }) => table), RAILS, "schema_migrations"];
  const { rows } = await client.query<Found>(TABLES, [names]);
  return rows.flatMap((table) => {
    const found = toolOf(table, rows);
    return found === null ? [] : [notRead(qualifiedName(table.schema, table.name), found)];
  });
}

function toolOf({ schema, name, columns }: Found, all: readonly Found[]): Omit<Signature, "table"> | null {
  const known = SIGNATURES.find(
    (each) => each.table === name && each.columns.every((column) => Object.hasOwn(columns, column)),
  );
  if (known !== undefined) return known;
  const version = name === "schema_migrations" ? columns.version : undefined;
  if (version === undefined) return null;
  if (all.some((other) => other.schema === schema && other.name === RAILS))
    return { tool: "Rails", columns: [], code: true };
  return version === "character varying(255)" ? { tool: "dbmate", columns: [] } : null;
}

function notRead(table: string, { tool, code }: Pick<Signature, "tool" | "code">): Finding {
  return {
    code: "ledger-not-read",
    severity: "warns",
    where: table,
    what: `the database carries the ledger of ${tool} (${table}), which Tenantry does not read: only the shapes of tables tell schemas apart`,
    todo: code
      ? "nothing, between databases of one shape; the tool's migrations are programs, so that bringing a database to a version is left to it"
      : "nothing, between databases of one shape; bringing a database to a version is left to the tool",
  };
}

/**
 * Tables in which migration tools keep their ledger: shared by nature, and no line of the platform file should
 * be needed for them.
 */
const LEDGER_TABLES = new Set([
  "_sqlx_migrations",
  "schema_migrations",
  "schema_migration",
  "ar_internal_metadata",
  "alembic_version",
  "flyway_schema_history",
  "schema_version",
  "databasechangelog",
  "databasechangeloglock",
  "_prisma_migrations",
  "__drizzle_migrations",
  "knex_migrations",
  "knex_migrations_lock",
  "kysely_migration",
  "kysely_migration_lock",
  "mikro_orm_migrations",
  "pgmigrations",
  "SequelizeMeta",
  "django_migrations",
  "goose_db_version",
  "gorp_migrations",
  "refinery_schema_history",
  "__diesel_schema_migrations",
  "__EFMigrationsHistory",
  "doctrine_migration_versions",
  "atlas_schema_revisions",
  "ecto_schema_migrations",
]);

/** TypeORM calls its own `migrations`, which says too little: its columns say the rest. */
const TYPEORM = ["id", "name", "timestamp"];

/** @param columns of the table, where they are at hand */
export function isLedgerTable(name: string, columns: readonly { readonly name: string }[] = []): boolean {
  if (name !== "migrations") return LEDGER_TABLES.has(name);
  const names = columns.map((column) => column.name).sort();
  return names.length === TYPEORM.length && names.every((each, at) => each === TYPEORM[at]);
}

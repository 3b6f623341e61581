/** A platform's migrations, as a worker has last seen them: the folder, and where each database stands. */
import "server-only";
import { and, asc, eq, isNull } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import { type MigrationState, type Standing, standingOf } from "../ledger/standing.ts";
import {
  type FolderSurvey,
  folderSurvey,
  type InvalidIndex,
  type LedgerSurvey,
  ledgerSurvey,
} from "../operations/migrations/surveyed.ts";
import { databases } from "../records/schema/databases.ts";
import { migrationSurveys, migrationTexts } from "../records/schema/migration-surveys.ts";
import { findPlatform } from "./platform.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

/** One database's ledger, and what it comes to beside the folder. */
export interface DatabaseStanding {
  readonly id: string;
  readonly name: string;
  /** Null before the first look. */
  readonly survey: LedgerSurvey | null;
  readonly surveyedAt: Date | null;
  /** Null where there is no ledger, or no folder to hold it against. */
  readonly standing: Standing | null;
}

export interface MigrationRow {
  readonly version: string;
  readonly name: string;
  readonly path: string;
  readonly transactional: boolean;
  readonly code: boolean;
  /** Of the file in the folder; null where it has none. */
  readonly checksum: string | null;
  /** Whether the folder has it: some databases may have run what is gone. */
  readonly inFolder: boolean;
}

export interface MigrationsView {
  readonly platform: string;
  readonly tool: string | null;
  /** Of the folder. */
  readonly findings: readonly Finding[];
  readonly surveyedAt: Date | null;
  /** When somebody asked for a look that no worker has taken yet. */
  readonly wantedAt: Date | null;
  readonly databases: readonly DatabaseStanding[];
  /** In the tool's order, then those that the folder does not have. */
  readonly migrations: readonly MigrationRow[];
}

export interface OneMigration extends MigrationRow {
  /** Of the text as the folder has it; null where it has none. */
  readonly sql: string | null;
}

export interface MigrationView extends Omit<MigrationsView, "migrations"> {
  readonly migration: OneMigration;
  readonly before: MigrationRow | null;
  readonly after: MigrationRow | null;
}

/** Null where there is no such platform. @throws Refused */
export async function readMigrations(
  source: Source,
  actor: Actor,
  name: string,
): Promise<MigrationsView | null> {
  authorise(actor, "see");
  const platform = await findPlatform(source, name);
  if (platform === null) return null;
  const { records } = source;
  const [[row], homes] = await Promise.all([
    records.select().from(migrationSurveys).where(eq(migrationSurveys.platformId, platform.id)),
    records
      .select({
        id: databases.id,
        name: databases.name,
        migrations: databases.migrations,
        migrationsAt: databases.migrationsAt,
      })
      .from(databases)
      .where(and(eq(databases.platformId, platform.id), isNull(databases.removedAt)))
      .orderBy(asc(databases.name)),
  ]);
  const folder = folderSurvey.safeParse(row?.survey).data ?? null;
  const standings = homes.map(({ id, name: home, migrations, migrationsAt }) => {
    const survey = ledgerSurvey.safeParse(migrations).data ?? null;
    return { id, name: home, survey, surveyedAt: migrationsAt, standing: stand(folder, survey) };
  });
  return {
    platform: platform.name,
    tool: folder?.tool ?? null,
    findings: folder?.findings ?? [],
    surveyedAt: row?.surveyedAt ?? null,
    wantedAt: row?.wantedAt ?? null,
    databases: standings,
    migrations: rowsOf(folder, standings),
  };
}

/** One migration by its version; null where neither folder nor any ledger has it. @throws Refused */
export async function readMigration(
  source: Source,
  actor: Actor,
  name: string,
  version: string,
): Promise<MigrationView | null> {
  const view = await readMigrations(source, actor, name);
  const platform = view === null ? null : await findPlatform(source, name);
  if (view === null || platform === null) return null;
  const { migrations, ...rest } = view;
  const at = migrations.findIndex((migration) => migration.version === version);
  const migration = migrations[at];
  if (migration === undefined) return null;
  const [row] = await source.records
    .select({ sql: migrationTexts.sql })
    .from(migrationTexts)
    .where(and(eq(migrationTexts.platformId, platform.id), eq(migrationTexts.version, version)));
  return {
    ...rest,
    migration: { ...migration, sql: row?.sql ?? null },
    before: migrations[at - 1] ?? null,
    after: migrations[at + 1] ?? null,
  };
}

/** A folder that could not be read says nothing of what is pending. */
function stand(folder: FolderSurvey | null, survey: LedgerSurvey | null): Standing | null {
  if (folder === null || survey === null || survey.ledger === null) return null;
  if (folder.files.length === 0 && folder.findings.length > 0) return null;
  return standingOf(folder.files, survey.ledger);
}

function rowsOf(folder: FolderSurvey | null, standings: readonly DatabaseStanding[]): MigrationRow[] {
  const files = (folder?.files ?? []).map((file) => ({ ...file, inFolder: true }));
  const known = new Set(files.map(({ version }) => version));
  const others = new Map<string, MigrationRow>();
  for (const { survey } of standings) {
    const { applied = [], failed = [] } = survey?.ledger ?? {};
    const all = [...applied, ...failed.map((version) => ({ version, name: "" }))];
    for (const { version, name } of all)
      if (!known.has(version) && !others.has(version)) others.set(version, onlyInLedger(version, name));
  }
  return [...files, ...others.values()];
}

function onlyInLedger(version: string, name: string): MigrationRow {
  return { version, name, path: "", transactional: true, code: false, checksum: null, inFolder: false };
}

export type { InvalidIndex, MigrationState };

/** What workers have measured of a platform's migrations, beside how large the live tables are. */
import "server-only";
import { and, desc, eq, isNull } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import type { MeasuredFile } from "../migrations/facts.ts";
import { type SizesByDatabase, type Touched, touchedTables } from "../migrations/judge/concerns.ts";
import {
  type JudgedStatement,
  judgeFile,
  type MigrationClass,
  worstClass,
} from "../migrations/judge/judge.ts";
import { storedSizes } from "../operations/health/table-sizes.ts";
import { PERMISSION } from "../operations/replays/ask.ts";
import { databases } from "../records/schema/databases.ts";
import { persons } from "../records/schema/persons.ts";
import { measuredMigrations, type REPLAY_STATES, replays, tableSizes } from "../records/schema/replays.ts";
import { findPlatform } from "./platform.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

/** The last measuring of a platform that somebody asked for. */
export interface ReplayView {
  readonly id: string;
  readonly state: (typeof REPLAY_STATES)[number];
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly done: number;
  readonly of: number | null;
  readonly findings: readonly Finding[];
}

export interface MeasuringView {
  readonly platform: { readonly id: string; readonly name: string };
  readonly replay: ReplayView | null;
  readonly mayMeasure: boolean;
}

export interface MeasuredView extends MeasuringView {
  /** Null where it has not been measured. */
  readonly measured: {
    readonly at: Date;
    readonly checksum: string;
    /** `server_version_num` of the throwaway server. */
    readonly server: number;
    readonly transactional: boolean;
    readonly statements: readonly StatementView[];
    readonly worst: MigrationClass | null;
    readonly findings: readonly Finding[];
  } | null;
  /** Live databases whose tables have been looked at. */
  readonly databases: readonly string[];
}

export interface StatementView extends JudgedStatement {
  readonly touched: readonly Touched[];
}

/** How far the measuring is, and whether this person may ask for it; null where there is no such platform. @throws Refused */
export async function readMeasuring(
  { records }: Source,
  actor: Actor,
  platformName: string,
): Promise<MeasuringView | null> {
  authorise(actor, "see");
  const platform = await findPlatform({ records }, platformName);
  if (platform === null) return null;
  const replay = await lastReplay({ records }, platform.id);
  return {
    platform: { id: platform.id, name: platform.name },
    replay,
    mayMeasure: actor.permissions.has(PERMISSION),
  };
}

/** One migration as it was measured last; null where there is no such platform. @throws Refused */
export async function readMeasuredMigration(
  { records }: Source,
  actor: Actor,
  platformName: string,
  version: string,
): Promise<MeasuredView | null> {
  const measuring = await readMeasuring({ records }, actor, platformName);
  if (measuring === null) return null;
  const { id } = measuring.platform;
  const live = await liveSizes({ records }, id);
  const [row] = await records
    .select()
    .from(measuredMigrations)
    .where(and(eq(measuredMigrations.platformId, id), eq(measuredMigrations.version, version)))
    .orderBy(desc(measuredMigrations.createdAt))
    .limit(1);
  return {
    ...measuring,
    databases: [...live.keys()],
    measured: row === undefined ? null : measuredView(row.measured as MeasuredFile, row.createdAt, live),
  };
}

function measuredView(file: MeasuredFile, at: Date, live: SizesByDatabase): MeasuredView["measured"] {
  const { checksum, server, transactional, findings } = file;
  const judged = judgeFile(file);
  const statements = judged.map((statement) => ({ ...statement, touched: touchedTables(statement, live) }));
  return { at, checksum, server, transactional, statements, worst: worstClass(judged), findings };
}

/** Each measured migration's most severe class, by version; null where none of its statements ran. @throws Refused */
export async function readMeasuredClasses(
  { records }: Source,
  actor: Actor,
  platformName: string,
): Promise<ReadonlyMap<string, MigrationClass | null>> {
  const measuring = await readMeasuring({ records }, actor, platformName);
  if (measuring === null) return new Map();
  const platformId = measuring.platform.id;
  const rows = await records
    .select({ version: measuredMigrations.version, measured: measuredMigrations.measured })
    .from(measuredMigrations)
    .where(eq(measuredMigrations.platformId, platformId))
    .orderBy(measuredMigrations.createdAt);
  return new Map(
    rows.map(({ version, measured }) => [version, worstClass(judgeFile(measured as MeasuredFile))]),
  );
}

async function lastReplay({ records }: Source, platformId: string): Promise<ReplayView | null> {
  const [row] = await records
    .select({ replay: replays, requestedBy: persons.name })
    .from(replays)
    .innerJoin(persons, eq(persons.id, replays.requestedBy))
    .where(eq(replays.platformId, platformId))
    .orderBy(desc(replays.createdAt), desc(replays.id))
    .limit(1);
  if (row === undefined) return null;
  const { id, state, createdAt, startedAt, endedAt, done, of, findings } = row.replay;
  const { requestedBy } = row;
  return { id, state, requestedBy, createdAt, startedAt, endedAt, done, of, findings: findings as Finding[] };
}

async function liveSizes({ records }: Source, platformId: string): Promise<SizesByDatabase> {
  const rows = await records
    .select({ name: databases.name, sizes: tableSizes.sizes })
    .from(tableSizes)
    .innerJoin(databases, eq(databases.id, tableSizes.databaseId))
    .where(and(eq(databases.platformId, platformId), isNull(databases.removedAt)))
    .orderBy(databases.name);
  return new Map(
    rows.map(({ name, sizes }) => [name, new Map(Object.entries(storedSizes.safeParse(sizes).data ?? {}))]),
  );
}

/**
 * A survey of a platform's migrations: its folder on the worker's machine, and the ledger of each of its databases,
 * at one time. The web may run elsewhere and sees none of both; it shows what was found here, with its age.
 */
import { relative } from "node:path";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { ledgerReader } from "../../ledger/adapters.ts";
import { readLedger } from "../../ledger/detect.ts";
import type { Ledger, LedgerReader, MigrationFile } from "../../ledger/ledger.ts";
import { editedSince } from "../../ledger/standing.ts";
import { connect } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import type { Records } from "../../records/client.ts";
import { databases } from "../../records/schema/databases.ts";
import { migrationSurveys, migrationTexts } from "../../records/schema/migration-surveys.ts";
import type { Console } from "../console.ts";
import { type RegisteredPair, registeredPair } from "../directory.ts";
import { migrationsFolder } from "../shared/migrations-folder.ts";
import { planFinding } from "../shared/subject.ts";
import { readInvalidIndexes } from "./invalid-indexes.ts";
import { type FolderSurvey, type InvalidIndex, type LedgerSurvey, ledgerSurvey } from "./surveyed.ts";

type Reach = Pick<Console, "records" | "secrets" | "config">;

/** What was read of one database, or why nothing was. */
interface Look {
  readonly databaseId: string;
  readonly platform: RegisteredPair["platform"] | null;
  readonly ledger: Ledger | null;
  readonly invalidIndexes: readonly InvalidIndex[];
  readonly findings: readonly Finding[];
  readonly reached: boolean;
}

/** Looks, and keeps what it found in place of what it had found before. Databases are only read. */
export async function surveyMigrations(reach: Reach, platformId: string, signal: AbortSignal): Promise<void> {
  const { records } = reach;
  const looks: Look[] = [];
  for (const id of await databasesOf(records, platformId)) looks.push(await look(reach, id, signal));
  const platform = looks.find((each) => each.platform !== null)?.platform ?? null;
  const found = looks.find(({ ledger }) => ledger !== null)?.ledger?.tool ?? null;
  const tool = platform?.file.ledger ?? found;
  const reader = tool === null ? null : ledgerReader(tool);
  const folder = await readFolder(reach, platform, reader);
  const survey: FolderSurvey = { tool, ...folder, files: folder.files.map(withoutText(folder.root)) };
  await records.transaction(async (tx) => {
    await tx
      .insert(migrationSurveys)
      .values({ platformId, survey, surveyedAt: sql`now()`, wantedAt: null })
      .onConflictDoUpdate({
        target: migrationSurveys.platformId,
        set: { survey, surveyedAt: sql`now()`, wantedAt: null },
      });
    await tx.delete(migrationTexts).where(eq(migrationTexts.platformId, platformId));
    const texts = folder.files.map(({ version, sql: text }) => ({ platformId, version, sql: text }));
    for (let at = 0; at < texts.length; at += TEXTS_AT_ONCE)
      await tx.insert(migrationTexts).values(texts.slice(at, at + TEXTS_AT_ONCE));
    for (const each of looks)
      await tx
        .update(databases)
        .set({
          migrations: await surveyed(tx, each, reader, folder.files),
          migrationsAt: sql`now()`,
        })
        .where(eq(databases.id, each.databaseId));
  });
}

const TEXTS_AT_ONCE = 500;

async function databasesOf(records: Records, platformId: string): Promise<string[]> {
  const rows = await records
    .select({ id: databases.id })
    .from(databases)
    .where(and(eq(databases.platformId, platformId), isNull(databases.removedAt)))
    .orderBy(asc(databases.name));
  return rows.map(({ id }) => id);
}

async function look({ records, secrets }: Reach, databaseId: string, signal: AbortSignal): Promise<Look> {
  const nothing = { databaseId, platform: null, ledger: null, invalidIndexes: [], reached: false };
  let pair: RegisteredPair | null = null;
  try {
    pair = await registeredPair(records, secrets, databaseId);
    const { platform, runnerUrl } = pair;
    const client = await connect(runnerUrl, {
      applicationName: "tenantry migrations",
      readOnly: true,
      signal,
    });
    try {
      await pinSession(client);
      await client.query("SET lock_timeout = '5s'");
      const { ledger, findings } = await readLedger(client, { tool: platform.file.ledger });
      const invalidIndexes = await readInvalidIndexes(client);
      return { databaseId, platform, ledger, invalidIndexes, findings, reached: true };
    } finally {
      await client.end();
    }
  } catch (error) {
    signal.throwIfAborted();
    const known = planFinding(error, databaseId);
    if (!(known instanceof Refusal)) throw error;
    return { ...nothing, platform: pair?.platform ?? null, findings: known.findings };
  }
}

interface Folder {
  readonly root: string;
  readonly files: readonly MigrationFile[];
  readonly findings: Finding[];
}

async function readFolder(
  { config }: Reach,
  platform: RegisteredPair["platform"] | null,
  reader: LedgerReader | null,
): Promise<Folder> {
  const none = (findings: readonly Finding[]) => ({ root: "", files: [], findings: [...findings] });
  if (platform === null) return none([]);
  const root = await migrationsFolder(config.migrationsBase, platform);
  if (typeof root !== "string") return none([root]);
  if (reader === null) return none([noTool(platform.name)]);
  try {
    return { root, files: await reader.list(root), findings: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return none(error.findings.map((each) => ({ ...each, where: relative(root, each.where) || "." })));
  }
}

function noTool(where: string): Finding {
  return {
    code: "ledger-none-found",
    severity: "warns",
    where,
    what: "No database of the platform carries the ledger of a migration tool that Tenantry reads.",
    todo: "Name the tool under `ledger:` in the platform file; by its rules the folder is read.",
  };
}

const withoutText =
  (root: string) =>
  ({ version, name, path, transactional, code, checksum }: MigrationFile) => ({
    version,
    name,
    path: relative(root, path),
    transactional,
    code: code === true,
    checksum,
  });

/** A database that cannot be reached keeps what was known of it. */
async function surveyed(
  tx: Pick<Records, "select">,
  { databaseId, ledger: read, invalidIndexes, findings, reached }: Look,
  reader: LedgerReader | null,
  files: readonly MigrationFile[],
): Promise<LedgerSurvey> {
  if (!reached) {
    const [row] = await tx
      .select({ former: databases.migrations })
      .from(databases)
      .where(eq(databases.id, databaseId));
    const former = ledgerSurvey.safeParse(row?.former).data;
    const known = former ?? { reachedAt: null, ledger: null, invalidIndexes: [] };
    return { ...known, reachable: false, findings: [...findings] };
  }
  const ofTool = read !== null && read.tool === reader?.tool;
  const ledger = ofTool ? (reader.complete?.(read, files) ?? read) : read;
  return {
    reachable: true,
    reachedAt: new Date().toISOString(),
    ledger:
      ledger === null
        ? null
        : {
            tool: ledger.tool,
            applied: ledger.applied.map(({ version, name }) => ({ version, name })),
            failed: [...ledger.failed],
            edited: ofTool ? editedSince(reader, ledger, files) : [],
            hasChecksums: ledger.applied.some(({ checksum }) => checksum !== ""),
          },
    invalidIndexes: [...invalidIndexes],
    findings: [...findings],
  };
}

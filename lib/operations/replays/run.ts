/**
 * Migrations that are to be measured, by a worker, one platform after the other: rounds have a lock, so one that is
 * `running` when a round begins has lost its worker and is begun anew. What was measured before stays and is not
 * measured again.
 */
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { ledgerAdapter } from "../../ledger/adapters.ts";
import { ledgerFingerprint } from "../../ledger/fingerprint.ts";
import type { LedgerAdapter } from "../../ledger/ledger.ts";
import type { MeasuredFile } from "../../migrations/facts.ts";
import { type ReplayPoint, replayFolder } from "../../migrations/measure/replay.ts";
import { describeDatabaseError, NOT_THE_DATABASE } from "../../postgres/database-error.ts";
import {
  findServerBinaries,
  type ServerBinaries,
  serverBinariesOfMajor,
} from "../../postgres/server/binaries.ts";
import { startThrowawayServer } from "../../postgres/server/throwaway.ts";
import { recordAudit } from "../../records/audit.ts";
import { databases } from "../../records/schema/databases.ts";
import { measuredMigrations, replays } from "../../records/schema/replays.ts";
import type { Console } from "../console.ts";
import { registeredPlatform } from "../directory.ts";
import { databaseHealth } from "../health/database-health.ts";
import { migrationsFolder } from "../shared/migrations-folder.ts";
import { aboutReplay } from "./ask.ts";
import { keepMeasured, keepSnapshot, knownFingerprints } from "./keep.ts";

type Reach = Pick<Console, "records" | "config">;
type ReplayRow = typeof replays.$inferSelect;

const WORKER = { personId: null, name: "worker" };
const ATTEMPTS = 3;
/** Milliseconds between two looks whether somebody has called it off. */
const BREATH = 1_000;
/** The measured session, the one that watches, the one that holds tables, and who makes databases. */
const CONNECTIONS = 10;

/** One round: every platform that waits, the oldest first. How many were done. */
export async function runReplays(reach: Reach, signal: AbortSignal): Promise<number> {
  const open = await reach.records
    .select()
    .from(replays)
    .where(inArray(replays.state, ["waiting", "running"]))
    .orderBy(asc(replays.createdAt));
  for (const replay of open) {
    signal.throwIfAborted();
    await runOne(reach, replay, signal);
  }
  return open.length;
}

const stillOpen = ({ id }: ReplayRow) =>
  and(eq(replays.id, id), inArray(replays.state, ["waiting", "running"]));

async function runOne(reach: Reach, replay: ReplayRow, stopping: AbortSignal): Promise<void> {
  const { records } = reach;
  if (replay.attempts >= ATTEMPTS) return end(reach, replay, "failed", [gaveUp(replay)]);
  const [begun] = await records
    .update(replays)
    .set({ state: "running", attempts: sql`${replays.attempts} + 1`, startedAt: sql`now()`, done: 0 })
    .where(stillOpen(replay))
    .returning({ id: replays.id });
  if (begun === undefined) return;
  const calledOff = new AbortController();
  const breath = setInterval(() => {
    records
      .select({ id: replays.id })
      .from(replays)
      .where(stillOpen(replay))
      .then(
        (still) => still.length === 0 && calledOff.abort(new Error("called off")),
        () => undefined,
      );
  }, BREATH);
  try {
    const findings = await measure(reach, replay, AbortSignal.any([stopping, calledOff.signal]));
    await end(reach, replay, "done", findings);
  } catch (error) {
    if (calledOff.signal.aborted) return;
    if (stopping.aborted) {
      // No fault of its own: the next worker begins it anew.
      const again = { state: "waiting" as const, attempts: replay.attempts };
      await records.update(replays).set(again).where(stillOpen(replay));
      throw error;
    }
    await end(reach, replay, "failed", findingsOf(error, replay));
  } finally {
    clearInterval(breath);
  }
}

/** @returns what is to be known of it: the server's version is another one than the databases' */
async function measure(reach: Reach, replay: ReplayRow, signal: AbortSignal): Promise<readonly Finding[]> {
  const { records, config } = reach;
  const { platformId } = replay;
  const platform = await registeredPlatform(records, platformId);
  const folder = await migrationsFolder(config.migrationsBase, platform);
  if (typeof folder !== "string") throw new Refusal({ ...folder, severity: "blocks" });
  const live = await liveDatabases(records, platformId);
  const adapter = adapterOf(platform.file.ledger ?? live.find(({ tool }) => tool !== null)?.tool ?? null);
  const known = await knownFingerprints(records, platformId);
  const server = await startThrowawayServer(CONNECTIONS, programsFor(live));
  try {
    let at: ReplayPoint | null = null;
    await replayFolder(
      {
        server: server.url,
        adapter,
        folder,
        wants: (point) => !known.measured.has(point.fingerprint),
        onMeasured: (file) => keepMeasured(records, platformId, file, (at?.place ?? 0) + 1),
        async onReached(point, url) {
          at = point;
          const fingerprint = point?.fingerprint ?? ledgerFingerprint([]);
          if (!known.snapshots.has(fingerprint))
            await keepSnapshot(records, platformId, { point, fingerprint, url }, signal);
          await records
            .update(replays)
            .set({ done: point?.place ?? 0, of: point?.of ?? null, version: point?.file.version ?? null })
            .where(stillOpen(replay));
        },
      },
      signal,
    );
  } finally {
    await server.stop();
  }
  const [any] = await records
    .select({ measured: measuredMigrations.measured })
    .from(measuredMigrations)
    .where(eq(measuredMigrations.platformId, platformId))
    .limit(1);
  return any === undefined ? [] : otherMajors((any.measured as MeasuredFile).server, live);
}

function adapterOf(tool: string | null): LedgerAdapter {
  const adapter = tool === null ? null : ledgerAdapter(tool);
  if (adapter !== null) return adapter;
  throw new Refusal({
    code: "migrations-not-replayed",
    severity: "blocks",
    where: tool ?? "ledger",
    what:
      tool === null
        ? "No migration tool is known of this platform: no database carries a ledger, and the platform file names none."
        : `The migrations of ${tool} are read, but cannot be replayed one by one.`,
    todo: "Name the tool under `ledger:` in the platform file, if it is another one.",
  });
}

interface LiveDatabase {
  readonly name: string;
  readonly tool: string | null;
  readonly major: number | null;
}

async function liveDatabases(records: Reach["records"], platformId: string): Promise<LiveDatabase[]> {
  const rows = await records
    .select({ name: databases.name, health: databases.health })
    .from(databases)
    .where(and(eq(databases.platformId, platformId), sql`${databases.removedAt} IS NULL`))
    .orderBy(asc(databases.name));
  return rows.map(({ name, health }) => {
    const known = databaseHealth.safeParse(health).data;
    const number = known?.server?.versionNumber ?? null;
    return {
      name,
      tool: known?.ledger?.tool ?? null,
      major: number === null ? null : Math.floor(number / 10_000),
    };
  });
}

/** Of the newest version that a database runs, where the worker's machine has its programs. */
function programsFor(live: readonly LiveDatabase[]): ServerBinaries {
  const newest = Math.max(0, ...live.map(({ major }) => major ?? 0));
  return (newest === 0 ? null : serverBinariesOfMajor(newest)) ?? findServerBinaries();
}

function otherMajors(server: number, live: readonly LiveDatabase[]): Finding[] {
  const major = Math.floor(server / 10_000);
  const others = live.filter((database) => database.major !== null && database.major !== major);
  if (others.length === 0) return [];
  const names = others.map(({ name, major: theirs }) => `${name} (${theirs})`).join(", ");
  return [
    {
      code: "measured-on-another-version",
      severity: "notes",
      where: "measurement",
      count: others.length,
      what: `Measured on PostgreSQL ${major}; these databases run another one: ${names}.`,
      todo: "A few statements take other locks there: look at the release notes between the two.",
    },
  ];
}

async function end(
  { records }: Reach,
  replay: ReplayRow,
  state: "done" | "failed",
  findings: readonly Finding[],
): Promise<void> {
  await records.transaction(async (tx) => {
    const ended = await tx
      .update(replays)
      .set({ state, endedAt: sql`now()`, findings })
      .where(stillOpen(replay))
      .returning({ id: replays.id });
    if (ended.length === 0) return;
    await recordAudit(tx, {
      actor: WORKER,
      action: `replay.${state}`,
      ...aboutReplay(replay),
      data: { codes: findings.map(({ code }) => code) },
    });
  });
}

function findingsOf(error: unknown, { id }: ReplayRow): readonly Finding[] {
  if (error instanceof Refusal) return error.findings;
  const { sentence } = describeDatabaseError(error);
  if (sentence === NOT_THE_DATABASE) throw error;
  return [
    {
      code: "replay-stopped",
      severity: "blocks",
      where: id,
      what: `The throwaway server stopped the measuring: ${sentence}`,
      todo: "Measure again when the cause is mended.",
    },
  ];
}

function gaveUp({ id, attempts }: ReplayRow): Finding {
  return {
    code: "replay-gave-up",
    severity: "blocks",
    where: id,
    what: `Its worker was lost ${attempts} times.`,
    todo: "Look at the workers' logs, then measure again.",
  };
}

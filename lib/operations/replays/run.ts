/**
 * Migrations that are to be measured, by a worker, one platform after the other: rounds have a lock, so one that is
 * `running` when a round begins has lost its worker and is begun anew. What was measured before stays and is not
 * measured again.
 */
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { plainly, type SideEffect } from "../../bundle/stores/store.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { isForCommand } from "../../ledger/by-command.ts";
import { ledgerFingerprint } from "../../ledger/fingerprint.ts";
import type { MeasuredFile } from "../../migrations/facts.ts";
import { measuringPlace } from "../../migrations/measure/place.ts";
import { type ReplayPoint, replayFolder } from "../../migrations/measure/replay.ts";
import { recordAudit } from "../../records/audit.ts";
import { measuredMigrations, replays } from "../../records/schema/replays.ts";
import type { Console } from "../console.ts";
import { registeredPlatform } from "../directory.ts";
import { knownServers } from "../shared/known-servers.ts";
import { migrationCommand, migrationCommandName } from "../shared/migration-command.ts";
import { migrationsFolder } from "../shared/migrations-folder.ts";
import { liveDatabases, programsOf, toolOf } from "./about-platform.ts";
import { aboutReplay } from "./ask.ts";
import { keepMeasured, keepSnapshot, knownFingerprints } from "./keep.ts";
import { findingsOf, gaveUp, otherMajors, runByCommand } from "./said.ts";

interface Reach extends Pick<Console, "records" | "config"> {
  /** Whatever a round leaves behind runs through here, by name. */
  readonly sideEffect: SideEffect;
}
type ReplayRow = typeof replays.$inferSelect;

const WORKER = { personId: null, name: "worker" };
const ATTEMPTS = 3;
/** Milliseconds between two looks whether somebody has called it off. */
const BREATH = 1_000;

/**
 * One round: every platform that waits, the oldest first. How many were done.
 *
 * @param sideEffect where the crash tests strike
 */
export async function runReplays(
  { records, config }: Pick<Reach, "records" | "config">,
  signal: AbortSignal,
  sideEffect: SideEffect = plainly,
): Promise<number> {
  const reach = { records, config, sideEffect };
  const open = await records
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
  const { records, sideEffect } = reach;
  if (replay.attempts >= ATTEMPTS) return end(reach, replay, "failed", [gaveUp(replay)]);
  const [begun] = await sideEffect("begin measuring", () =>
    records
      .update(replays)
      .set({ state: "running", attempts: sql`${replays.attempts} + 1`, startedAt: sql`now()`, done: 0 })
      .where(stillOpen(replay))
      .returning({ id: replays.id }),
  );
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
  const { records, config, sideEffect } = reach;
  const { platformId } = replay;
  const platform = await registeredPlatform(records, platformId);
  const folder = await migrationsFolder(config.migrationsBase, platform);
  if (typeof folder !== "string") throw new Refusal({ ...folder, severity: "blocks" });
  const live = await liveDatabases(records, platformId);
  const tool = platform.file.ledger ?? live.find((each) => each.tool !== null)?.tool ?? null;
  const chain = toolOf(tool, migrationCommandName(platform.file) !== null);
  const programs = (await chain.list(folder)).filter((file) => isForCommand(chain, file));
  // Only where something is to be run by it: a list is not asked for where every file is replayed.
  const command =
    programs.length === 0 ? undefined : await migrationCommand(platform.file, config.commandsFile);
  const known = await knownFingerprints(records, platformId);
  const newest = Math.max(0, ...live.map(({ major }) => major ?? 0));
  const servers = { ...(await knownServers(records)), major: newest };
  const place = await sideEffect("start measuring server", () =>
    measuringPlace(config.drill.server, servers, programsOf(newest), signal),
  );
  try {
    let at: ReplayPoint | null = null;
    await replayFolder(
      {
        place,
        tool: chain,
        command,
        folder,
        wants: (point) => !known.measured.has(point.fingerprint),
        onMeasured: (file) =>
          sideEffect(`keep measurement of ${file.version}`, () =>
            keepMeasured(records, platformId, file, (at?.place ?? 0) + 1),
          ),
        async onReached(point, url) {
          at = point;
          const version = point?.file.version ?? "nothing";
          const fingerprint = point?.fingerprint ?? ledgerFingerprint([]);
          if (!known.snapshots.has(fingerprint))
            await sideEffect(`keep schema after ${version}`, () =>
              keepSnapshot(records, platformId, { point, fingerprint, url }, signal),
            );
          const reached = {
            done: point?.place ?? 0,
            of: point?.of ?? null,
            version: point?.file.version ?? null,
          };
          await sideEffect(`note that ${version} is reached`, () =>
            records.update(replays).set(reached).where(stillOpen(replay)),
          );
        },
      },
      signal,
    );
  } finally {
    await sideEffect("stop measuring server", () => place.close());
  }
  const [any] = await records
    .select({ measured: measuredMigrations.measured })
    .from(measuredMigrations)
    .where(eq(measuredMigrations.platformId, platformId))
    .limit(1);
  return [
    ...(any === undefined ? [] : otherMajors((any.measured as MeasuredFile).server, live)),
    ...(command === undefined ? [] : [runByCommand(command.name, programs.length)]),
  ];
}

async function end(
  { records, sideEffect }: Reach,
  replay: ReplayRow,
  state: "done" | "failed",
  findings: readonly Finding[],
): Promise<void> {
  await sideEffect("end measuring", () =>
    records.transaction(async (tx) => {
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
    }),
  );
}

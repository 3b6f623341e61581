/**
 * Effects that were asked for, seen by a worker one after the other: rounds have a lock, so one that is `running` when a
 * round begins has lost its worker and is begun anew. Whatever ends it, its throwaway server is gone.
 */
import { and, asc, eq, inArray, isNotNull, lt, sql } from "drizzle-orm";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { ledgerReader } from "../../ledger/adapters.ts";
import type { PlatformCommand } from "../../ledger/by-command.ts";
import { describeDatabaseError, NOT_THE_DATABASE } from "../../postgres/database-error.ts";
import { recordAudit } from "../../records/audit.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { migrationEffects } from "../../records/schema/migration-effects.ts";
import { platforms } from "../../records/schema/platforms.ts";
import type { Effect } from "../../rows/effect/effect.ts";
import { migrationEffect } from "../../rows/effect/migration-effect.ts";
import { readManifest } from "../../rows/import/outline.ts";
import type { Progress } from "../../rows/run-context.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import type { Console } from "../console.ts";
import { registeredPlatform } from "../directory.ts";
import { earlierFilesOf } from "../shared/earlier-files.ts";
import { knownServers } from "../shared/known-servers.ts";
import { migrationCommand, migrationCommandName } from "../shared/migration-command.ts";
import { migrationsFolder } from "../shared/migrations-folder.ts";
import { trustedKeys } from "../signer.ts";
import { aboutEffect } from "./ask.ts";
import { type EffectHands, keepEffect } from "./keep.ts";
import { sameAs } from "./same-as.ts";
import { KEPT_DAYS, PERSONAL_MINUTES } from "./shown.ts";

type Reach = Pick<Console, "stores" | "config"> & EffectHands;
export type EffectRecord = typeof migrationEffects.$inferSelect;

const WORKER = { personId: null, name: "worker" };
const ATTEMPTS = 3;
/** Milliseconds between two looks whether somebody has called it off, and two words about how far it is. */
const BREATH = 1_000;
/** Milliseconds that one may take: a migration that waits for what never comes holds up all that wait behind it. */
const LONGEST = 2 * 60 * 60 * 1000;

/** One round: every one that waits, the oldest first; what is old goes. How many were seen. */
export async function runEffects(reach: Reach, signal: AbortSignal): Promise<number> {
  const { records } = reach;
  await forgetOld(reach);
  const open = await records
    .select()
    .from(migrationEffects)
    .where(inArray(migrationEffects.state, ["waiting", "running"]))
    .orderBy(asc(migrationEffects.createdAt));
  for (const effect of open) {
    signal.throwIfAborted();
    await runOne(reach, effect, signal);
  }
  return open.length;
}

async function forgetOld({ records }: Reach): Promise<void> {
  const { endedAt, personalRows } = migrationEffects;
  await records
    .delete(migrationEffects)
    .where(and(isNotNull(endedAt), lt(endedAt, sql`now() - make_interval(days => ${KEPT_DAYS})`)));
  await records
    .update(migrationEffects)
    .set({ personalRows: null })
    .where(
      and(isNotNull(personalRows), lt(endedAt, sql`now() - make_interval(mins => ${PERSONAL_MINUTES})`)),
    );
}

const stillOpen = ({ id }: EffectRecord) =>
  and(eq(migrationEffects.id, id), inArray(migrationEffects.state, ["waiting", "running"]));

async function runOne(reach: Reach, asked: EffectRecord, stopping: AbortSignal): Promise<void> {
  const { records } = reach;
  if (asked.attempts >= ATTEMPTS) return fail(reach, asked, [gaveUp(asked)]);
  const [begun] = await records
    .update(migrationEffects)
    .set({
      state: "running",
      attempts: sql`${migrationEffects.attempts} + 1`,
      startedAt: sql`now()`,
      progress: null,
    })
    .where(stillOpen(asked))
    .returning({ id: migrationEffects.id });
  if (begun === undefined) return;
  const calledOff = new AbortController();
  const tooLong = AbortSignal.timeout(LONGEST);
  const signal = AbortSignal.any([stopping, calledOff.signal, tooLong]);
  let latest: Progress | null = null;
  const breath = setInterval(() => {
    records
      .update(migrationEffects)
      .set(
        latest === null
          ? { attempts: migrationEffects.attempts }
          : { progress: latest, progressAt: sql`now()` },
      )
      .where(stillOpen(asked))
      .returning({ id: migrationEffects.id })
      .then(
        (still) => still.length === 0 && calledOff.abort(new Error("called off")),
        () => undefined,
      );
  }, BREATH);
  try {
    const seen = await see(reach, asked, signal, (progress) => {
      latest = progress;
    });
    await keepEffect(reach, asked, seen);
  } catch (error) {
    if (calledOff.signal.aborted) return;
    if (stopping.aborted) {
      // No fault of its own: the next worker begins it anew.
      const again = { state: "waiting" as const, attempts: asked.attempts };
      await records.update(migrationEffects).set(again).where(stillOpen(asked));
      throw error;
    }
    await fail(reach, asked, tooLong.aborted ? [tookTooLong(asked)] : findingsOf(error, asked));
  } finally {
    clearInterval(breath);
  }
}

export interface Seen {
  readonly effect: Effect;
  readonly sameAs: string;
}

async function see(
  { records, stores, config }: Reach,
  { platformId, bundleId, version, toVersion: to }: EffectRecord,
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<Seen> {
  const platform = await registeredPlatform(records, platformId);
  const [row] = await records
    .select({ fileVersion: platforms.fileVersion })
    .from(platforms)
    .where(eq(platforms.id, platformId));
  const folder = await migrationsFolder(config.migrationsBase, platform);
  if (typeof folder !== "string") throw new Refusal({ ...folder, severity: "blocks" });
  const [bundle] = await records.select().from(bundles).where(eq(bundles.id, bundleId));
  const { server } = config.drill;
  const source = await stores.get(bundle!.store).open(bundle!.name);
  try {
    const { schema } = await readManifest(source);
    const files = (await (schema.ledger === null ? null : ledgerReader(schema.ledger))?.list(folder)) ?? [];
    const same = sameAs({ sha256: bundle!.sha256!, version, to, files, fileVersion: row!.fileVersion });
    const effect = await migrationEffect(
      {
        source,
        platform: platform.file,
        earlierFiles: await earlierFilesOf(records, platformId),
        trust: [...(await trustedKeys(records))],
        migrations: folder,
        command: commandOf(platform.file, config.commandsFile),
        version,
        to,
        server: server === null ? null : { url: server, platform: await knownServers(records) },
      },
      { signal, progress, sideEffect: (_name, effect) => effect() },
    );
    // What it was made of is known: the last migration is one of the files, or nothing was seen.
    return { effect, sameAs: same! };
  } finally {
    await source.close();
  }
}

/** Looked up on the worker's list where a migration is a program, and not before. */
function commandOf(file: PlatformFile, commandsFile: string | null): PlatformCommand | undefined {
  const name = migrationCommandName(file);
  if (name === null) return undefined;
  return {
    name,
    async run(env, signal) {
      await (await migrationCommand(file, commandsFile))!.run(env, signal);
    },
  };
}

async function fail({ records }: Reach, asked: EffectRecord, findings: readonly Finding[]): Promise<void> {
  await records.transaction(async (tx) => {
    const ended = await tx
      .update(migrationEffects)
      .set({ state: "failed", endedAt: sql`now()`, findings })
      .where(stillOpen(asked))
      .returning({ id: migrationEffects.id });
    if (ended.length === 0) return;
    await recordAudit(tx, {
      actor: WORKER,
      action: "effect.failed",
      ...aboutEffect(asked),
      data: { codes: findings.map(({ code }) => code) },
    });
  });
}

function findingsOf(error: unknown, { id }: EffectRecord): readonly Finding[] {
  if (error instanceof Refusal) return error.findings;
  const { sentence } = describeDatabaseError(error);
  if (sentence === NOT_THE_DATABASE) throw error;
  return [
    {
      code: "effect-stopped",
      severity: "blocks",
      where: id,
      what: `The throwaway server stopped it: ${sentence}`,
      todo: "Ask again when the cause is mended.",
    },
  ];
}

function gaveUp({ id, attempts }: EffectRecord): Finding {
  return {
    code: "effect-gave-up",
    severity: "blocks",
    where: id,
    what: `Its worker was lost ${attempts} times.`,
    todo: "Look at the workers' logs, then ask again.",
  };
}

function tookTooLong({ id }: EffectRecord): Finding {
  return {
    code: "effect-too-long",
    severity: "blocks",
    where: id,
    what: `It was not through after ${LONGEST / 3_600_000} hours, and others wait.`,
    todo: "See it with the command line, which waits as long as you do: tenantry migrations effect.",
  };
}

/** Runs migrations on a throwaway database, one by one as their tool would, or what was decided in their place. */
import type pg from "pg";
import type { Upgrade } from "../../bundle/manifest.ts";
import type { LedgerAdapter, MigrationFile } from "../../ledger/ledger.ts";
import type { RunContext } from "../run-context.ts";
import type { Choice, Choices } from "./choices.ts";
import { failedReplay } from "./failed-replay.ts";

export type ReplayedMigration = Upgrade["migrations"][number];

export interface Replay {
  readonly client: pg.Client;
  /** Of the same database, for programs that run in a migration's place. */
  readonly url: string;
  readonly adapter: LedgerAdapter;
  readonly choices: Choices;
  /** `empty`: decisions count only where the file itself fails, so that what comes of it is what live databases have. */
  readonly over: "rows" | "empty";
}

/**
 * The ledger has a row for each file as if it had run as it stands, whatever ran in its place: it is what the
 * databases that the bundle is for have in theirs.
 *
 * @returns what ran, in order
 * @throws Refusal naming file and statement, with what can be decided about it
 */
export async function replay(
  { client, url, adapter, choices, over }: Replay,
  files: readonly MigrationFile[],
  context: RunContext,
): Promise<ReplayedMigration[]> {
  const replayed: ReplayedMigration[] = [];
  for (const [at, file] of files.entries()) {
    context.signal.throwIfAborted();
    const progress = { phase: "migrating", table: file.version, rows: at, bytes: 0, totalRows: files.length };
    if (over === "rows") context.progress(progress);
    const choice = choices.get(file.version);
    const run = () => applyFile({ client, url, adapter }, file, choice, over, context.signal);
    const completed = countCompleted(client);
    try {
      await (over === "rows" ? context.sideEffect(`migrate ${file.version}`, run) : run());
    } catch (error) {
      context.signal.throwIfAborted();
      throw failedReplay(error, file, completed.count());
    } finally {
      completed.stop();
    }
    replayed.push(recordOf(file, choice));
  }
  return replayed;
}

/** Statements of the last message that the server had through: the next one is the one that it refused. */
function countCompleted(client: pg.Client) {
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
  let count = 0;
  const completed = () => count++;
  const ready = () => {
    count = 0;
  };
  let failed: number | null = null;
  const refused = () => {
    failed ??= count;
  };
  connection.on("commandComplete", completed).on("errorMessage", refused).on("readyForQuery", ready);
  return {
    count: () => failed ?? 0,
    stop() {
      connection.off("commandComplete", completed).off("errorMessage", refused).off("readyForQuery", ready);
    },
  };
}

type Place = Pick<Replay, "client" | "url" | "adapter">;

async function applyFile(
  place: Place,
  file: MigrationFile,
  choice: Choice | undefined,
  over: Replay["over"],
  signal: AbortSignal,
): Promise<void> {
  if (choice === undefined) return place.adapter.apply(place.client, file);
  if (over === "rows") return applyChoice(place, file, choice, signal);
  try {
    await place.adapter.apply(place.client, file);
  } catch {
    await applyChoice(place, file, choice, signal);
  }
}

async function applyChoice(
  { client, url, adapter }: Place,
  file: MigrationFile,
  choice: Choice,
  signal: AbortSignal,
): Promise<void> {
  if (choice.how === "skipped") return adapter.apply(client, inPlaceOf(file, ""));
  if (choice.how === "replaced") return adapter.apply(client, inPlaceOf(file, choice.sql));
  await choice.run({ DATABASE_URL: url, TARGET_VERSION: file.version }, signal);
  const { applied } = await adapter.read(client);
  // The platform's own tool has kept the ledger itself.
  if (!applied.some(({ version }) => version === file.version))
    await adapter.apply(client, inPlaceOf(file, ""));
}

function inPlaceOf(file: MigrationFile, sql: string): MigrationFile {
  const { code: _, ...rest } = file;
  return { ...rest, sql };
}

function recordOf({ version, checksum }: MigrationFile, choice: Choice | undefined): ReplayedMigration {
  if (choice === undefined) return { version, checksum, how: "applied" };
  if (choice.how === "skipped") return { version, checksum, how: "skipped", reason: choice.reason };
  if (choice.how === "replaced") return { version, checksum, how: "replaced", ran: choice.sha256 };
  return {
    version,
    checksum,
    how: "command",
    ...(choice.reason === undefined ? {} : { reason: choice.reason }),
  };
}

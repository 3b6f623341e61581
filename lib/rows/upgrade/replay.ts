/** Runs migrations on a throwaway database, one by one as their tool would, or what was decided in their place. */
import type pg from "pg";
import type { Upgrade } from "../../bundle/manifest.ts";
import { isForCommand, migrateByCommand, type PlatformCommand } from "../../ledger/by-command.ts";
import type { ChainTool, MigrationFile } from "../../ledger/ledger.ts";
import type { RunContext } from "../run-context.ts";
import type { Choice, Choices } from "./choices.ts";
import { failedReplay } from "./failed-replay.ts";

export type ReplayedMigration = Upgrade["migrations"][number];

export interface Replay {
  readonly client: pg.Client;
  /** Of the same database, for programs that run in a migration's place. */
  readonly url: string;
  readonly tool: ChainTool;
  readonly choices: Choices;
  /** For what nothing else can run. */
  readonly command?: PlatformCommand;
  readonly chain: ChainSoFar;
  /** `empty`: decisions count only where the file itself fails, so that what comes of it is what live databases have. */
  readonly over: "rows" | "empty";
}

/** What a command is told of the rest of the chain. */
export interface ChainSoFar {
  /** Of the folder. */
  readonly files: readonly MigrationFile[];
  /** Versions that have run before those that are replayed. */
  readonly behind: readonly string[];
  readonly elsewhere: readonly string[];
}

/**
 * The ledger has a row for each file as if it had run as it stands, whatever ran in its place: it is what the
 * databases that the bundle is for have in theirs. Programs that follow one another are one run of the command, which
 * must leave exactly them behind.
 *
 * @returns what ran, in order
 * @throws Refusal naming file and statement, with what can be decided about it
 */
export async function replay(
  { client, url, tool, choices, command, chain, over }: Replay,
  files: readonly MigrationFile[],
  context: RunContext,
): Promise<ReplayedMigration[]> {
  const replayed: ReplayedMigration[] = [];
  const act = <T>(name: string, run: () => Promise<T>) =>
    over === "rows" ? context.sideEffect(name, run) : run();
  let at = 0;
  for (const stretch of stretchesOf(
    files,
    (file) => !choices.has(file.version) && isForCommand(tool, file),
  )) {
    context.signal.throwIfAborted();
    const [file] = stretch.files;
    const last = stretch.files.at(-1)!;
    const progress = { phase: "migrating", table: last.version, rows: at, bytes: 0, totalRows: files.length };
    if (over === "rows") context.progress(progress);
    at += stretch.files.length;
    const wanted = [...chain.behind, ...files.slice(0, at).map(({ version }) => version)];
    const program = async () => {
      await byCommand({ client, url, tool, command: command!, chain }, wanted, context.signal);
    };
    if (stretch.byCommand) await act(`migrate to ${last.version} by command`, program);
    else {
      // Of a program that something is decided about, an empty database has what the program itself makes.
      const itself =
        isForCommand(tool, file!) && command !== undefined ? program : () => tool.apply!(client, file!);
      await replayOne({ client, url, tool, choices, over }, file!, { itself, act }, context.signal);
    }
    for (const each of stretch.files)
      replayed.push(stretch.byCommand ? byPlatform(each) : recordOf(each, choices.get(each.version)));
  }
  return replayed;
}

interface Stretch {
  readonly files: readonly MigrationFile[];
  readonly byCommand: boolean;
}

/** Each file by itself, but those in a row that the command runs. Pure. */
export function stretchesOf(
  files: readonly MigrationFile[],
  isForCommand: (file: MigrationFile) => boolean,
): Stretch[] {
  const stretches: { files: MigrationFile[]; byCommand: boolean }[] = [];
  for (const file of files) {
    const byCommand = isForCommand(file);
    const last = stretches.at(-1);
    if (byCommand && last?.byCommand === true) last.files.push(file);
    else stretches.push({ files: [file], byCommand });
  }
  return stretches;
}

async function byCommand(
  {
    client,
    url,
    tool,
    command,
    chain,
  }: Pick<Replay, "client" | "url" | "tool" | "chain"> & { readonly command: PlatformCommand },
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { files, elsewhere } = chain;
  await migrateByCommand(client, tool, {
    name: command.name,
    run: (env) => command.run(env, signal),
    databaseUrl: url,
    wanted,
    elsewhere,
    files,
  });
}

interface Ways {
  /** The migration, as it stands. */
  readonly itself: () => Promise<void>;
  readonly act: (name: string, run: () => Promise<void>) => Promise<void>;
}

async function replayOne(
  { client, url, tool, choices, over }: Pick<Replay, "client" | "url" | "tool" | "choices" | "over">,
  file: MigrationFile,
  { itself, act }: Ways,
  signal: AbortSignal,
): Promise<void> {
  const completed = countCompleted(client);
  const choice = choices.get(file.version);
  try {
    await act(`migrate ${file.version}`, async () => {
      if (choice === undefined) return itself();
      const decided = () => applyChoice({ client, url, tool }, file, choice, signal);
      return over === "rows" ? decided() : itself().catch(decided);
    });
  } catch (error) {
    signal.throwIfAborted();
    throw failedReplay(error, file, completed.count());
  } finally {
    completed.stop();
  }
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

type Place = Pick<Replay, "client" | "url" | "tool">;

/** Where the tool has no `apply`, `unrunnable` has let nothing through but programs in a migration's place. */
async function applyChoice(
  { client, url, tool }: Place,
  file: MigrationFile,
  choice: Choice,
  signal: AbortSignal,
): Promise<void> {
  if (choice.how === "skipped") return tool.apply!(client, inPlaceOf(file, ""));
  if (choice.how === "replaced") return tool.apply!(client, inPlaceOf(file, choice.sql));
  await choice.run({ DATABASE_URL: url, TARGET_VERSION: file.version }, signal);
  const { applied } = await tool.read(client);
  // The platform's own tool has kept the ledger itself.
  if (!applied.some(({ version }) => version === file.version) && tool.apply !== undefined)
    await tool.apply(client, inPlaceOf(file, ""));
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

function byPlatform({ version, checksum }: MigrationFile): ReplayedMigration {
  return { version, checksum, how: "command" };
}

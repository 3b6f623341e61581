/** Bringing a database to a version by the platform's own command, where nothing replays its migrations. */
import type pg from "pg";
import { Refusal } from "../findings/finding.ts";
import type { ChainTool, Ledger, LedgerReader, MigrationFile } from "./ledger.ts";

/** What a command is told, by its environment alone: addresses hold passwords, and arguments are everybody's to read. */
export interface CommandEnvironment {
  readonly DATABASE_URL: string;
  /** The last migration that is to have run, as the ledger writes it. */
  readonly TARGET_VERSION: string;
  /** All that are to have run, in order, one a line: tools with several heads, or a chain an application, need them. */
  readonly TARGET_VERSIONS: string;
}

/** @throws Refusal where the program does not end well */
export type RunCommand = (
  env: Pick<CommandEnvironment, "DATABASE_URL" | "TARGET_VERSION"> & Partial<CommandEnvironment>,
  signal: AbortSignal,
) => Promise<void>;

/** The platform's own way to bring a database to a version, `migrations: { command }`. */
export interface PlatformCommand {
  /** As the platform file and messages call it. */
  readonly name: string;
  readonly run: RunCommand;
}

/** Whether nothing but a command can run it. */
export function isForCommand(tool: ChainTool, file: MigrationFile): boolean {
  return file.code === true || tool.apply === undefined || tool.hasPlaceholders?.(file) === true;
}

export interface ByCommand {
  /** As messages call it. */
  readonly name: string;
  /** Rejects where the command did not end well. */
  readonly run: (environment: CommandEnvironment) => Promise<void>;
  readonly databaseUrl: string;
  /** All versions that are to stand in the ledger afterwards, in order and as it writes them; at least one. */
  readonly wanted: readonly string[];
  /** Beyond those, of packages whose migrations are in no folder of the platform. */
  readonly elsewhere?: readonly string[];
  /** Of the folder: they say what lies below a head, and which versions are nobody's here. */
  readonly files: readonly MigrationFile[];
}

const SHOWN = 5;

/**
 * Runs the command, and believes the ledger: it must have these versions, no further ones, and nothing failed.
 *
 * @param client to the same database; nothing of it may hold locks that the command waits for
 * @throws Refusal `migration-command-short`, `migration-command-beyond`, and what `run` rejects with
 */
export async function migrateByCommand(
  client: pg.ClientBase,
  reader: LedgerReader,
  { name, run, databaseUrl, wanted, elsewhere = [], files }: ByCommand,
): Promise<Ledger> {
  const target = wanted.at(-1)!;
  await run({
    DATABASE_URL: databaseUrl,
    TARGET_VERSION: target,
    TARGET_VERSIONS: [...elsewhere, ...wanted].join("\n"),
  });
  if (!(await reader.detect(client))) throw short(name, target, `it left no ledger of ${reader.tool}`);
  const read = await reader.read(client);
  const ledger = reader.complete?.(read, files) ?? read;
  const applied = new Set(ledger.applied.map(({ version }) => version));
  const missing = wanted.filter((version) => !applied.has(version));
  const failed = ledger.failed.length > 0 ? `, and ${ledger.failed.join(", ")} stands as failed` : "";
  if (missing.length > 0 || failed !== "")
    throw short(name, target, `the ledger stands at ${ledger.version ?? "no version"}${failed}`);
  const beyond = [...applied].filter((version) => !wanted.includes(version));
  if (beyond.length > 0) throw tooFar(name, target, beyond);
  return ledger;
}

const EXACTLY = "Have it migrate $DATABASE_URL to $TARGET_VERSION exactly, no further and no less.";

function short(name: string, version: string, how: string): Refusal {
  return new Refusal({
    code: "migration-command-short",
    severity: "blocks",
    where: name,
    what: `The command "${name}" ended well, but has not brought the database to the version ${version}: ${how}.`,
    todo: EXACTLY,
  });
}

function tooFar(name: string, version: string, beyond: readonly string[]): Refusal {
  return new Refusal({
    code: "migration-command-beyond",
    severity: "blocks",
    where: name,
    count: beyond.length,
    what: `The command "${name}" was to stop at the version ${version}, and has gone beyond it: ${beyond.slice(0, SHOWN).join(", ")}${beyond.length > SHOWN ? ", …" : ""}.`,
    todo: EXACTLY,
  });
}

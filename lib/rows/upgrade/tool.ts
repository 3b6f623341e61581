/** Whose migrations stand between a bundle and today, and whether they can be run again. Pure. */
import type { Manifest } from "../../bundle/manifest.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { ledgerAdapter, ledgerReader } from "../../ledger/adapters.ts";
import { isForCommand, type PlatformCommand } from "../../ledger/by-command.ts";
import type { ChainTool, LedgerAdapter, MigrationFile } from "../../ledger/ledger.ts";
import type { Choices } from "./choices.ts";
import type { UpgradeRequest } from "./request.ts";

/** @throws Refusal `upgrade-no-ledger`, `upgrade-schema-placement`, `ledger-not-replayed`, `other-platform` */
export function toolOf(from: Manifest, request: Pick<UpgradeRequest, "platform">): LedgerAdapter {
  const ledger = ledgerOf(from, request);
  return ledgerAdapter(ledger) ?? refuse(...notReplayed(ledger));
}

/** The same, where a command may stand in for files that nothing replays. */
export function chainToolOf(
  from: Manifest,
  request: Pick<UpgradeRequest, "platform" | "command">,
): ChainTool {
  if (request.command === undefined) return toolOf(from, request);
  const ledger = ledgerOf(from, request);
  return ledgerReader(ledger) ?? refuse(...notReplayed(ledger));
}

/** What nobody can run, said before anything has begun. Pure. */
export function unrunnable(
  tool: ChainTool,
  files: readonly MigrationFile[],
  choices: Choices,
  command: Pick<PlatformCommand, "name"> | undefined,
): Finding[] {
  return files.flatMap((file): Finding[] => {
    const choice = choices.get(file.version);
    if (choice !== undefined)
      return choice.how !== "command" && tool.apply === undefined ? [notNoted(tool, file)] : [];
    return command === undefined && isForCommand(tool, file) ? [isToolsOwn(tool, file)] : [];
  });
}

function ledgerOf(from: Manifest, { platform }: Pick<UpgradeRequest, "platform">): string {
  if (from.platform !== platform.platform)
    refuse(
      "other-platform",
      `The bundle is of the platform ${from.platform}, the platform file of ${platform.platform}.`,
      "Name the platform file that belongs to the bundle.",
    );
  if (platform.placement === "schema")
    refuse(
      "upgrade-schema-placement",
      "Each tenant of this platform has a schema of its own. The platform file does not say which of the migrations make it, and the bundle not which of them it had run.",
      "Import it into a database that stands at its version, let the platform's own tool migrate that, and export the tenant again.",
    );
  return (
    from.schema.ledger ??
    refuse(
      "upgrade-no-ledger",
      "The bundle was written where no migration ledger was found, so it has no version to begin at.",
      "Restore it into a database with the same tables, and migrate it there.",
    )
  );
}

function refuse(code: string, what: string, todo: string): never {
  throw new Refusal({ code, severity: "blocks", where: "manifest.json", what, todo });
}

const notReplayed = (ledger: string) =>
  [
    "ledger-not-replayed",
    `The bundle's migrations were recorded by ${ledger}, whose files Tenantry does not replay.`,
    "Name a command that migrates a database to a version: `migrations: { command: …, folder: … }` in the platform file.",
  ] as const;

function isToolsOwn(tool: ChainTool, file: MigrationFile): Finding {
  const { version, path } = file;
  const filled = file.code !== true && tool.hasPlaceholders?.(file) === true;
  return {
    code: filled ? "migration-has-placeholders" : "migration-is-code",
    severity: "blocks",
    where: path,
    what: filled
      ? `Migration ${version} has placeholders, whose values only the configuration of ${tool.tool} knows.`
      : `Migration ${version} is a program, which only the platform's own tool can run.`,
    todo: `Name a command under \`migrations:\` in the platform file, and the list that it stands on; or skip it (--skip ${version}=REASON), or run another file (--replace ${version}=FILE) or a program (--run ${version}=COMMAND) in its place.`,
  };
}

function notNoted({ tool }: ChainTool, { version, path }: MigrationFile): Finding {
  return {
    code: "migration-not-noted",
    severity: "blocks",
    where: path,
    what: `Migration ${version} cannot be skipped or replaced: only ${tool} itself writes its ledger, where the migration would have to stand.`,
    todo: `Run a program in its place that notes it as well (--run ${version}=COMMAND).`,
  };
}

/** Which migrations are tried on a bundle, and which only lead up to them. Pure. */
import type { Manifest } from "../../bundle/manifest.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import type { LedgerReader, MigrationFile } from "../../ledger/ledger.ts";
import { type Chain, upgradeChain } from "../upgrade/chain.ts";

/** The chain of migrations, cut where the state is taken. */
export interface Stretch {
  /** Those that the bundle has behind it. */
  readonly behind: readonly MigrationFile[];
  /** Those between it and the state. */
  readonly passed: readonly MigrationFile[];
  readonly run: readonly MigrationFile[];
  readonly elsewhere: Chain["elsewhere"];
  readonly findings: readonly Finding[];
}

/** Versions as the ledger writes them, and the folder. */
interface Wanted {
  readonly version: string;
  readonly to?: string;
  readonly migrations: string;
}

/** @throws Refusal `effect-in-bundle`, `effect-range-empty`, and what an upgrade's chain refuses */
export function stretchOf(
  { version, to = version, migrations }: Wanted,
  from: Manifest,
  tool: LedgerReader,
  files: readonly MigrationFile[],
): Stretch {
  let chain: Chain;
  try {
    chain = upgradeChain(from, tool, files, migrations, to);
  } catch (error) {
    const isBehind = error instanceof Refusal && error.findings.some(({ code }) => BEHIND.has(code));
    throw isBehind ? new Refusal(inBundle(version, from)) : error;
  }
  const at = chain.after.findIndex((file) => file.version === version);
  if (at === -1) {
    const known = files.findIndex((file) => file.version === version);
    const isBehind = chain.before.some((file) => file.version === version);
    if (isBehind) throw new Refusal(inBundle(version, from));
    throw new Refusal(known === -1 ? noSuch(version, migrations) : rangeEmpty(version, to));
  }
  return {
    behind: chain.before,
    passed: chain.after.slice(0, at),
    run: chain.after.slice(at),
    elsewhere: chain.elsewhere,
    findings: chain.findings,
  };
}

/** What the chain says where a bundle is there already, or beyond. */
const BEHIND = new Set(["upgrade-not-needed", "upgrade-backwards"]);

function inBundle(version: string, { schema }: Manifest): Finding {
  return {
    code: "effect-in-bundle",
    severity: "blocks",
    where: version,
    what: `The bundle is of version ${schema.version ?? "unknown"} and has run migration ${version} already: its rows are what came of it.`,
    todo: "Choose a bundle of an earlier version.",
  };
}

function noSuch(version: string, where: string): Finding {
  return {
    code: "migration-version-unknown",
    severity: "blocks",
    where,
    what: `No migration of the folder has the version ${version}.`,
    todo: "Write the version as the ledger writes it.",
  };
}

function rangeEmpty(version: string, to: string): Finding {
  return {
    code: "effect-range-empty",
    severity: "blocks",
    where: to,
    what: `Migration ${to} comes before ${version} in the folder.`,
    todo: "Name the first and then the last of them.",
  };
}

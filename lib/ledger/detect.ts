/** Which tool's ledger a database carries, and what stands in it. */
import type pg from "pg";
import type { Finding } from "../findings/finding.ts";
import { ledgerReaders } from "./adapters.ts";
import type { Ledger, LedgerReader } from "./ledger.ts";
import { otherLedgers } from "./other-tools.ts";

export interface ReadLedgerOptions {
  /** The tool that the platform file names (`ledger:`); found by itself when left out or null. */
  readonly tool?: string | null;
  /** The tools to look for; all that Tenantry knows when left out. */
  readonly adapters?: readonly LedgerReader[];
}

/** The ledger, or null with the finding that says why there is none. A ledger may come with findings too. */
export interface LedgerReading {
  readonly ledger: Ledger | null;
  readonly findings: readonly Finding[];
}

/**
 * Reads the database's migration ledger. Findings that block: `ledger-tool-unknown` (the named tool is none that
 * Tenantry knows), `ledger-missing` (the named tool has no ledger here), `ledger-several-found` (and no tool
 * named), `ledger-unreadable` (the role may not), `ledger-half-applied` (comes with the ledger). Two that warn:
 * `ledger-not-read` (of a tool that is recognised only) and `ledger-none-found`, for a platform may have none; what
 * then vouches for the schema are the shape hashes.
 */
export async function readLedger(
  client: pg.ClientBase,
  options: ReadLedgerOptions = {},
): Promise<LedgerReading> {
  const adapters = options.adapters ?? ledgerReaders;
  if (typeof options.tool === "string") return readNamed(client, options.tool, adapters);
  const present: LedgerReader[] = [];
  for (const adapter of adapters) {
    if (await adapter.detect(client)) present.push(adapter);
  }
  const [only, ...others] = present;
  if (only === undefined) {
    const others = await otherLedgers(client);
    return others.length === 0 ? refuse(noneFound(adapters)) : { ledger: null, findings: others };
  }
  if (others.length > 0) return refuse(severalFound(present));
  return readWith(client, only);
}

async function readNamed(
  client: pg.ClientBase,
  tool: string,
  adapters: readonly LedgerReader[],
): Promise<LedgerReading> {
  const adapter = adapters.find((candidate) => candidate.tool === tool);
  if (adapter === undefined) return refuse(unknownTool(tool, adapters));
  if (!(await adapter.detect(client))) return refuse(missingLedger(tool));
  return readWith(client, adapter);
}

async function readWith(client: pg.ClientBase, adapter: LedgerReader): Promise<LedgerReading> {
  try {
    const ledger = await adapter.read(client);
    return { ledger, findings: ledger.failed.map(halfApplied) };
  } catch (error) {
    if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    return refuse(unreadable(adapter.tool));
  }
}

/** SQLSTATE 42501 (PostgreSQL Error Codes, class 42). */
const INSUFFICIENT_PRIVILEGE = "42501";

function refuse(finding: Finding): LedgerReading {
  return { ledger: null, findings: [finding] };
}

function toolNames(adapters: readonly LedgerReader[]): string {
  return adapters.map((adapter) => adapter.tool).join(", ");
}

function noneFound(adapters: readonly LedgerReader[]): Finding {
  return {
    code: "ledger-none-found",
    severity: "warns",
    where: "ledger",
    what: `the database carries no migration ledger of a known tool (${toolNames(adapters)}): only the shapes of tables tell schemas apart`,
    todo: "name the tool under `ledger:` in the platform file if there should be one",
  };
}

function severalFound(present: readonly LedgerReader[]): Finding {
  return {
    code: "ledger-several-found",
    severity: "blocks",
    where: "ledger",
    count: present.length,
    what: `the database carries the ledgers of several tools: ${toolNames(present)}`,
    todo: `name the one that counts in the platform file: \`ledger: ${present[0]?.tool}\``,
  };
}

function unknownTool(tool: string, adapters: readonly LedgerReader[]): Finding {
  return {
    code: "ledger-tool-unknown",
    severity: "blocks",
    where: "ledger",
    what: `the platform file names ${JSON.stringify(tool)} as its migration tool, which Tenantry does not know`,
    todo: `use one of: ${toolNames(adapters)}; or leave \`ledger\` out, and only the shapes of tables tell schemas apart`,
  };
}

function missingLedger(tool: string): Finding {
  return {
    code: "ledger-missing",
    severity: "blocks",
    where: "ledger",
    what: `the platform file names ${tool} as its migration tool, but the database has no ledger of it`,
    todo: "check that this is the platform's database and that its migrations have run",
  };
}

function unreadable(tool: string): Finding {
  return {
    code: "ledger-unreadable",
    severity: "blocks",
    where: "ledger",
    what: `the database carries the ledger of ${tool}, but this role may not read it`,
    todo: "grant the role SELECT on the ledger's table",
  };
}

function halfApplied(version: string): Finding {
  return {
    code: "ledger-half-applied",
    severity: "blocks",
    where: "ledger",
    what: `migration ${version} failed half-way, so the schema is in doubt`,
    todo: "finish or undo it with the platform's migration tool first",
  };
}

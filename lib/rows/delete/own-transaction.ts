/**
 * A writing transaction of a delete: the tenant's lock first, then the fence's epoch, so that neither a second worker nor
 * one that wakes up late writes beside it; before COMMIT the server's own counts, and the transaction's id in safe hands.
 */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { parseQualified, quoteLiteral } from "../../postgres/identifiers.ts";
import { tryLockTenant } from "../../postgres/tenant-lock.ts";
import { countsSince, readTransactionCounts, type WriteCounts } from "../../postgres/transaction-counts.ts";
import { currentTransactionId } from "../../postgres/transaction-outcome.ts";
import { passFence } from "../fence/pass.ts";
import { commit } from "../import/commit.ts";
import { type ExpectedWrites, residentsIntact } from "../proof/residents-intact.ts";
import type { RunContext } from "../run-context.ts";
import type { TriggerWrite } from "./request.ts";

export interface Writer {
  readonly client: pg.Client;
  /** Where to ask for the outcome, should the connection be lost at COMMIT. */
  readonly url: string;
  readonly catalog: Catalog;
  readonly tenantKey: string;
  /** Of this worker: a later one has a higher one. */
  readonly epoch: string;
  /** What the platform's own triggers are said to write besides. */
  readonly declared: readonly TriggerWrite[];
  /** Keeps the transaction's id where a crash does not reach it; called right before COMMIT. */
  readonly committing: (transaction: string) => Promise<void>;
  /** Of a batch's statements. Milliseconds. */
  readonly statementTimeout: number;
  readonly context: Pick<RunContext, "signal" | "sideEffect">;
}

export interface Written<T> {
  readonly value: T;
  readonly expected: ExpectedWrites;
  /** A schema that was dropped with its tables: the server has forgotten what was counted of them. */
  readonly dropped?: string;
}

/**
 * @param write the statements, and what they have written in the platform's own tables
 * @throws Refusal where another worker is at it, or anything else was written too; nothing of it is there then
 */
export async function ownTransaction<T>(
  writer: Writer,
  write: () => Promise<Written<T>>,
  isolation: "READ COMMITTED" | "REPEATABLE READ" = "READ COMMITTED",
): Promise<T> {
  const { client, catalog, tenantKey, epoch, context } = writer;
  const where = catalog.database.name;
  try {
    await context.sideEffect("begin", () => client.query(`BEGIN ISOLATION LEVEL ${isolation}`));
    if (!(await tryLockTenant(client, tenantKey))) throw new Refusal(tenantLocked(where));
    const passed = await passFence(client, tenantKey, epoch);
    if (passed !== "passed")
      throw new Refusal(passed === "not held" ? fenceGone(tenantKey) : takenOver(tenantKey));
    const baseline = await readTransactionCounts(client);
    await client.query(platformSearchPath(catalog));
    const { value, expected, dropped } = await write();
    // Deferred triggers and checks run now: at COMMIT they would write behind the back of the proof.
    await client.query("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL search_path TO pg_catalog");
    const counted = countsSince(baseline, await readTransactionCounts(client));
    const written = new Map(
      [...counted].filter(([table]) => !isIn(table, "tenantry") && !isIn(table, dropped)),
    );
    const findings = residentsIntact(catalog, written, allowed(expected, written, writer.declared)).map(
      strayWrite,
    );
    if (blocks(findings)) throw new Refusal(findings);
    const transaction = await currentTransactionId(client);
    await context.sideEffect("keep transaction", () => writer.committing(transaction));
    context.signal.throwIfAborted();
    await context.sideEffect("commit", () =>
      commit(client, { url: writer.url, transaction, journal: where }),
    );
    return value;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** A batch holds locks: it is called off rather than left to run, or to wait for whoever keeps transactions' ids. */
export function batchLimits({ statementTimeout }: Pick<Writer, "statementTimeout">): string {
  return `SET LOCAL statement_timeout = ${Math.ceil(statementTimeout)}; SET LOCAL idle_in_transaction_session_timeout = '1min'`;
}

/**
 * Checks and triggers of the platform call functions by the names that they have in the role's own path; where each
 * tenant has a schema, the application puts it in front.
 */
function platformSearchPath({ tenantSchema }: Catalog): string {
  return tenantSchema === undefined
    ? "SET LOCAL search_path TO DEFAULT"
    : `SELECT pg_catalog.set_config('search_path', pg_catalog.quote_ident(${quoteLiteral(tenantSchema.name)}) || ', ' || reset_val, true)
         FROM pg_catalog.pg_settings WHERE name = 'search_path'`;
}

function isIn(table: string, schema: string | undefined): boolean {
  return schema !== undefined && parseQualified(table)?.[0] === schema;
}

const NOTHING: WriteCounts = { inserted: 0, updated: 0, deleted: 0 };
const COUNTED = { insert: "inserted", update: "updated", delete: "deleted" } as const;

/** A table that a trigger is said to write may have that many writes of that kind more, never less. */
function allowed(
  expected: ExpectedWrites,
  written: ReadonlyMap<string, WriteCounts>,
  declared: readonly TriggerWrite[],
): ExpectedWrites {
  const all = new Map(expected);
  for (const { table, writes } of declared) {
    const kind = COUNTED[writes];
    const before = all.get(table) ?? NOTHING;
    const extra = Math.max(before[kind], written.get(table)?.[kind] ?? 0);
    if (extra > 0) all.set(table, { ...before, [kind]: extra });
  }
  return all;
}

function strayWrite(finding: Finding): Finding {
  return {
    ...finding,
    todo: "Nothing of this batch was kept. Find the trigger or the foreign key's action that writes it, and declare it in the plan, or repair what it points at.",
  };
}

function tenantLocked(where: string): Finding {
  return {
    code: "tenant-locked",
    severity: "blocks",
    where,
    what: "Another run is working on this tenant right now.",
    todo: "Wait until it ends, then retry.",
  };
}

export function fenceGone(where: string): Finding {
  return {
    code: "not-fenced",
    severity: "blocks",
    where,
    what: "The tenant's fence is not there: rows could be written while others are deleted.",
    todo: "Suspend it with the fence, export it again, and plan the delete anew.",
  };
}

function takenOver(where: string): Finding {
  return {
    code: "delete-taken-over",
    severity: "blocks",
    where,
    what: "Another worker has taken this delete over, and this one writes nothing any more.",
    todo: "Look at the run: it goes on there.",
  };
}

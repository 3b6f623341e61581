/**
 * Imports one tenant: strict, in one transaction, proved before it commits. Everything that can stop it is a
 * finding; where it stops, nothing has changed.
 */
import type pg from "pg";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { describeDatabaseError } from "../../postgres/database-error.ts";
import { pinSession } from "../../postgres/session.ts";
import { tryLockTenant } from "../../postgres/tenant-lock.ts";
import { currentTransactionId } from "../../postgres/transaction-outcome.ts";
import type { Remap } from "../remap/remap.ts";
import type { RunContext } from "../run-context.ts";
import { isSchemaName } from "../tenant.ts";
import { commit } from "./commit.ts";
import { earlierAttempt } from "./earlier-attempt.ts";
import { type Journal, type JournalStore, journalAt } from "./journal.ts";
import { loadFinding } from "./load-findings.ts";
import { hashOf, mayReadOnce, planUnproved, type Reading, readBefore, readOnce } from "./load-plan.ts";
import { outlineImport } from "./outline.ts";
import { keyOf, newJournal, otherJournal } from "./own-journal.ts";
import { type ImportPlan, planImport, planRows } from "./plan-import.ts";
import type { ImportRequest } from "./request.ts";
import { type ImportedTable, loadTenant } from "./transaction.ts";

export interface ImportResult {
  readonly plan: ImportPlan;
  /** What was asked had been done by an earlier run already, or has been done now. */
  readonly outcome: "imported" | "imported before";
  readonly tenant: { readonly key: string; readonly slug: string | null };
  readonly tables: readonly ImportedTable[];
  readonly journal: string;
  readonly findings: readonly Finding[];
}

/** Plans only: reads the bundle and the target, changes nothing. */
export async function dryRunImport(request: ImportRequest, context: RunContext): Promise<ImportPlan> {
  const client = await openReadOnly(request, context);
  try {
    return await planImport(client, request, context);
  } catch (error) {
    throw loadFinding(error, client.database ?? "", context.signal);
  } finally {
    await client.end();
  }
}

/** @throws Refusal with all findings where one blocks; nothing has changed then */
export async function importTenant(request: ImportRequest, context: RunContext): Promise<ImportResult> {
  const planner = await openReadOnly(request, context);
  try {
    return await planAndRun(planner, request, context);
  } catch (error) {
    throw loadFinding(error, planner.database ?? "", context.signal);
  } finally {
    await planner.end();
  }
}

async function planAndRun(
  planner: pg.Client,
  request: ImportRequest,
  context: RunContext,
): Promise<ImportResult> {
  const outline = await outlineImport(planner, request);
  if (blocks(outline.findings)) throw new Refusal(outline.findings);
  // Where triggers run nothing of a bundle is loaded that is not proved; otherwise the load proves it as it goes.
  const provesFirst = outline.target.model.triggers === "on";
  const read = () =>
    provesFirst
      ? planRows(planner, request, outline, "digests", context)
      : planUnproved(planner, request, outline, context);
  let plan = mayReadOnce(outline) ? null : await read();
  const sha256 = plan?.scan?.sha256 ?? request.sha256 ?? (await hashOf(request.source));
  const key = keyOf(request, outline, sha256);
  const kept = journalAt(request.journal(key));
  const earlier = await kept.read();
  if (earlier !== null) {
    if (earlier.operationKey !== key) throw new Refusal(otherJournal(kept.where));
    plan ??= await read();
    const done = await earlierAttempt(planner, outline, earlier);
    if (done !== null) return await importedBefore(plan, earlier, kept, context);
  }
  if (plan !== null && blocks(plan.findings)) throw new Refusal(plan.findings);
  const reading =
    plan === null
      ? await readOnce(planner, request, outline, sha256, context)
      : readBefore(request, plan, provesFirst ? "members" : "digests");
  const journal = newJournal(request, reading.plan, key, earlier);
  return await connectAndRun({ request, reading, journal, earlier, kept, context });
}

/** One attempt to carry an import out. */
interface Attempt {
  readonly request: ImportRequest;
  readonly reading: Reading;
  readonly journal: Journal;
  /** What an attempt before has left, and where this one keeps its own. */
  readonly earlier: Journal | null;
  readonly kept: JournalStore;
  readonly context: RunContext;
}

async function connectAndRun(attempt: Attempt): Promise<ImportResult> {
  const { request, context } = attempt;
  const client = await connect(request.url, { applicationName: "tenantry import", signal: context.signal });
  try {
    await pinSession(client);
    await client.query(LOCK_TIMEOUT);
    return await run(client, attempt);
  } finally {
    await client.end();
  }
}

async function run(
  client: pg.Client,
  { request, reading, journal, earlier, kept, context }: Attempt,
): Promise<ImportResult> {
  const store = (next: Journal) => context.sideEffect(`store journal: ${next.state}`, () => kept.write(next));
  let isWriting = false;
  try {
    await context.sideEffect("begin", () => client.query("BEGIN"));
    await claim(client, journal.operationKey, earlier, kept);
    const loaded = await loadTenant(client, request, reading.plan, journal.remap, context, async (remap) => {
      await store({ ...journal, remap });
      isWriting = true;
    });
    const plan = reading.complete(loaded.bundle);
    if (blocks(plan.findings)) throw new Refusal(plan.findings);
    const transaction = await currentTransactionId(client);
    const committing: Journal = { ...journal, remap: loaded.remap, state: "committing", transaction };
    await store(committing);
    context.signal.throwIfAborted();
    await context.sideEffect("commit", () =>
      commit(client, { url: request.url, transaction, journal: kept.where }),
    );
    await store({ ...committing, state: "done" });
    return {
      plan,
      outcome: "imported",
      tenant: { key: loaded.remap.tenant.newKey, slug: slugAfter(plan, loaded.remap) },
      tables: loaded.tables,
      journal: kept.where,
      findings: [...plan.findings, ...loaded.findings],
    };
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    const failure = loadFinding(error, reading.plan.target.catalog.database.name, context.signal);
    if (isWriting && !context.signal.aborted && speaksOfRows(failure))
      await reading.explain().catch((better: unknown) => {
        // What keeps the bundle from being read, or the database from being asked, is no better reason.
        if (better instanceof Refusal) throw better;
      });
    throw failure;
  }
}

/** Found by us, or by the database as data exceptions and broken constraints. PostgreSQL documentation, Appendix A. */
function speaksOfRows(failure: unknown): boolean {
  if (!(failure instanceof Refusal)) return false;
  return failure.cause === undefined || /^2[23]/.test(describeDatabaseError(failure.cause).sqlstate ?? "");
}

/**
 * The transaction's first statement locks the operation, so that of two runs of one request the second waits for
 * nothing and writes nothing. What the first has left in the journal by then must still be what this one planned
 * with.
 */
async function claim(
  client: pg.Client,
  operation: string,
  planned: Journal | null,
  kept: JournalStore,
): Promise<void> {
  const locked = await tryLockTenant(client, operation);
  if (locked && JSON.stringify(await kept.read()) === JSON.stringify(planned)) return;
  throw new Refusal({
    code: "import-in-progress",
    severity: "blocks",
    where: kept.where,
    what: "Another run of the same import is at work, or has just ended.",
    todo: "Run the same command again when it has: it goes on from what that run has left.",
  });
}

async function openReadOnly(request: ImportRequest, context: RunContext): Promise<pg.Client> {
  const client = await connect(request.url, {
    applicationName: "tenantry plan",
    readOnly: true,
    signal: context.signal,
  });
  await pinSession(client);
  await client.query(LOCK_TIMEOUT);
  return client;
}

/** Not to wait for a lock for long: behind it the platform's own sessions would queue. */
const LOCK_TIMEOUT = "SET lock_timeout = '5s'";

async function importedBefore(
  plan: ImportPlan,
  earlier: Journal,
  kept: JournalStore,
  context: RunContext,
): Promise<ImportResult> {
  if (earlier.state !== "done")
    await context.sideEffect("store journal: done", () => kept.write({ ...earlier, state: "done" }));
  return {
    plan,
    outcome: "imported before",
    tenant: { key: earlier.remap.tenant.newKey, slug: slugAfter(plan, earlier.remap) },
    tables: [],
    journal: kept.where,
    findings: [
      {
        code: "imported-before",
        severity: "notes",
        where: kept.where,
        what: "An earlier run of the same import has taken effect: there was nothing left to do.",
      },
    ],
  };
}

function slugAfter({ manifest, target, substitutions }: ImportPlan, remap: Remap): string | null {
  const { table, slug, key } = target.model.tenant;
  if (slug === key || isSchemaName(target.model)) return remap.tenant.newKey;
  const renamed = substitutions.find((candidate) => candidate.table === table && candidate.column === slug);
  return renamed?.values["*"] ?? manifest.tenant.slug;
}

/**
 * Comparisons that were asked for, made by a worker one after the other: rounds have a lock, so one that is `running`
 * when a round begins has lost its worker and is begun anew. Reads only; memory is bounded (`rows/compare`).
 */
import { and, asc, eq, inArray, isNotNull, lt, sql } from "drizzle-orm";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { describeDatabaseError, NOT_THE_DATABASE } from "../../postgres/database-error.ts";
import { recordAudit } from "../../records/audit.ts";
import { comparisonRows, comparisons } from "../../records/schema/comparisons.ts";
import type { Progress } from "../../rows/run-context.ts";
import { aboutComparison } from "./ask.ts";
import { type ComparisonReach, type ComparisonRow, compare, type Found } from "./compare.ts";
import { KEPT_DAYS } from "./shown-row.ts";

const WORKER = { personId: null, name: "worker" };
const ATTEMPTS = 3;
/** Milliseconds between two looks whether somebody has called it off, and two words about how far it is. */
const BREATH = 1_000;

/** One round: every comparison that waits, the oldest first; what is old goes. How many were made. */
export async function runComparisons(reach: ComparisonReach, signal: AbortSignal): Promise<number> {
  const { records } = reach;
  await records
    .delete(comparisons)
    .where(
      and(
        isNotNull(comparisons.endedAt),
        lt(comparisons.endedAt, sql`now() - make_interval(days => ${KEPT_DAYS})`),
      ),
    );
  const open = await records
    .select()
    .from(comparisons)
    .where(inArray(comparisons.state, ["waiting", "running"]))
    .orderBy(asc(comparisons.createdAt));
  for (const comparison of open) {
    signal.throwIfAborted();
    await runOne(reach, comparison, signal);
  }
  return open.length;
}

async function runOne(
  reach: ComparisonReach,
  comparison: ComparisonRow,
  stopping: AbortSignal,
): Promise<void> {
  const { records } = reach;
  if (comparison.attempts >= ATTEMPTS) return fail(reach, comparison, [gaveUp(comparison)]);
  const [begun] = await records
    .update(comparisons)
    .set({
      state: "running",
      attempts: sql`${comparisons.attempts} + 1`,
      startedAt: sql`now()`,
      progress: null,
    })
    .where(stillOpen(comparison))
    .returning({ id: comparisons.id });
  if (begun === undefined) return;
  const calledOff = new AbortController();
  const signal = AbortSignal.any([stopping, calledOff.signal]);
  let latest: Progress | null = null;
  const breath = setInterval(() => {
    records
      .update(comparisons)
      .set(
        latest === null ? { attempts: comparisons.attempts } : { progress: latest, progressAt: sql`now()` },
      )
      .where(stillOpen(comparison))
      .returning({ id: comparisons.id })
      .then(
        (still) => still.length === 0 && calledOff.abort(new Error("called off")),
        () => undefined,
      );
  }, BREATH);
  try {
    const found = await compare(reach, comparison, signal, (progress) => {
      latest = progress;
    });
    await finish(reach, comparison, found);
  } catch (error) {
    if (calledOff.signal.aborted) return;
    if (stopping.aborted) {
      // No fault of its own: the next worker begins it anew.
      const again = { state: "waiting" as const, attempts: comparison.attempts };
      await records.update(comparisons).set(again).where(stillOpen(comparison));
      throw error;
    }
    await fail(reach, comparison, findingsOf(error, comparison));
  } finally {
    clearInterval(breath);
  }
}

const stillOpen = ({ id }: ComparisonRow) =>
  and(eq(comparisons.id, id), inArray(comparisons.state, ["waiting", "running"]));

async function finish(
  { records }: ComparisonReach,
  asked: ComparisonRow,
  { comparison, rows }: Found,
): Promise<void> {
  await records.transaction(async (tx) => {
    const ended = await tx
      .update(comparisons)
      .set({
        state: "done",
        endedAt: sql`now()`,
        equal: comparison.equal,
        tables: comparison.tables,
        findings: comparison.findings.filter(({ code }) => code !== "rows-differ"),
      })
      .where(stillOpen(asked))
      .returning({ id: comparisons.id });
    if (ended.length === 0) return;
    for (const [table, shown] of rows)
      await tx
        .insert(comparisonRows)
        .values(shown.map((row, place) => ({ comparisonId: asked.id, table, place, row })));
    await recordAudit(tx, {
      actor: WORKER,
      action: "comparison.done",
      ...aboutComparison(asked),
      data: { equal: comparison.equal },
    });
  });
}

async function fail(
  { records }: ComparisonReach,
  asked: ComparisonRow,
  findings: readonly Finding[],
): Promise<void> {
  await records.transaction(async (tx) => {
    const ended = await tx
      .update(comparisons)
      .set({ state: "failed", endedAt: sql`now()`, findings })
      .where(stillOpen(asked))
      .returning({ id: comparisons.id });
    if (ended.length === 0) return;
    await recordAudit(tx, {
      actor: WORKER,
      action: "comparison.failed",
      ...aboutComparison(asked),
      data: { codes: findings.map(({ code }) => code) },
    });
  });
}

function findingsOf(error: unknown, { id }: ComparisonRow): readonly Finding[] {
  if (error instanceof Refusal) return error.findings;
  const { sentence } = describeDatabaseError(error);
  if (sentence === NOT_THE_DATABASE) throw error;
  return [
    {
      code: "comparison-stopped",
      severity: "blocks",
      where: id,
      what: `A database stopped the comparison: ${sentence}`,
      todo: "Compare again when the cause is mended.",
    },
  ];
}

function gaveUp({ id, attempts }: ComparisonRow): Finding {
  return {
    code: "comparison-gave-up",
    severity: "blocks",
    where: id,
    what: `Its worker was lost ${attempts} times.`,
    todo: "Look at the workers' logs, then compare again.",
  };
}

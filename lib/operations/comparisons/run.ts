/**
 * Comparisons that were asked for, made by a worker one after the other: rounds have a lock, so one that is `running`
 * when a round begins has lost its worker and is begun anew. Reads only; memory is bounded (`rows/compare`).
 */
import { and, asc, eq, inArray, isNotNull, lt, sql } from "drizzle-orm";
import type { Manifest } from "../../bundle/manifest.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { describeDatabaseError, NOT_THE_DATABASE } from "../../postgres/database-error.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import { recordAudit } from "../../records/audit.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { comparisonRows, comparisons } from "../../records/schema/comparisons.ts";
import { type BundleSideOptions, bundleSide } from "../../rows/compare/bundle-side.ts";
import { type Comparison, compareSides } from "../../rows/compare/compare.ts";
import { liveSide } from "../../rows/compare/live-side.ts";
import type { CompareSide } from "../../rows/compare/side.ts";
import { readManifest } from "../../rows/import/outline.ts";
import type { Progress } from "../../rows/run-context.ts";
import type { Console } from "../console.ts";
import { registeredPair } from "../directory.ts";
import { aboutComparison } from "./ask.ts";
import { remapOfImport } from "./imported.ts";
import { KEPT_DAYS, ROWS_SHOWN, type ShownRow, shownRow } from "./shown-row.ts";

type Reach = Pick<Console, "records" | "stores" | "secrets">;
type ComparisonRow = typeof comparisons.$inferSelect;

const WORKER = { personId: null, name: "worker" };
const ATTEMPTS = 3;
/** Milliseconds between two looks whether somebody has called it off, and two words about how far it is. */
const BREATH = 1_000;

/** One round: every comparison that waits, the oldest first; what is old goes. How many were made. */
export async function runComparisons(reach: Reach, signal: AbortSignal): Promise<number> {
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

async function runOne(reach: Reach, comparison: ComparisonRow, stopping: AbortSignal): Promise<void> {
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

interface Found {
  readonly comparison: Comparison;
  readonly rows: ReadonlyMap<string, readonly ShownRow[]>;
}

async function compare(
  reach: Reach,
  asked: ComparisonRow,
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<Found> {
  const closing: { close(): Promise<void> }[] = [];
  try {
    const source = await openBundle(reach, asked.bundleId);
    closing.unshift(source);
    const manifest = await readManifest(source);
    const { second, remapped } = await otherSide(reach, asked, manifest, signal, closing);
    const first = await bundleSide(source, { remapped });
    closing.unshift(first);
    const examples = examplesOf(manifest);
    const comparison = await compareSides(
      first,
      second,
      { signal, progress, sideEffect: (_name, effect) => effect() },
      { examples },
    );
    return { comparison, rows: examples.rows };
  } finally {
    for (const each of closing) await each.close();
  }
}

/** A copy that an import made is met with the bundle's ids as the import changed them. */
async function otherSide(
  reach: Reach,
  { databaseId, otherBundleId, importId, tenantKey }: ComparisonRow,
  like: Manifest,
  signal: AbortSignal,
  closing: { close(): Promise<void> }[],
): Promise<{ readonly second: CompareSide; readonly remapped?: BundleSideOptions["remapped"] }> {
  if (otherBundleId !== null) {
    const source = await openBundle(reach, otherBundleId);
    const second = await bundleSide(source);
    closing.unshift(second, source);
    return { second };
  }
  const { platform, plannerUrl } = await registeredPair(reach.records, reach.secrets, databaseId!);
  const remap = importId === null ? null : await remapOfImport(reach.records, importId);
  const tenant = remap?.tenant.newKey ?? tenantKey;
  const second = await liveSide({ url: plannerUrl, platform: platform.file, tenant, like, signal });
  closing.unshift(second);
  return { second, remapped: remap === null ? undefined : { remap, model: second.model } };
}

async function openBundle({ records, stores }: Reach, id: string): Promise<BundleSource> {
  const [row] = await records.select().from(bundles).where(eq(bundles.id, id));
  return stores.get(row!.store).open(row!.name);
}

/** A few rows of each table, as they come; classes are the first side's. */
function examplesOf(manifest: Manifest) {
  const tables = new Map(manifest.tables.map((table) => [qualifiedName(table.schema, table.name), table]));
  const rows = new Map<string, ShownRow[]>();
  return {
    rows,
    wants: (table: string) => tables.has(table) && (rows.get(table)?.length ?? 0) < ROWS_SHOWN,
    take(table: string, row: Parameters<typeof shownRow>[0]) {
      const { columns, key } = tables.get(table)!;
      const known = rows.get(table);
      const shown = shownRow(row, columns, key ?? []);
      if (known === undefined) rows.set(table, [shown]);
      else known.push(shown);
    },
  };
}

async function finish({ records }: Reach, asked: ComparisonRow, { comparison, rows }: Found): Promise<void> {
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

async function fail({ records }: Reach, asked: ComparisonRow, findings: readonly Finding[]): Promise<void> {
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

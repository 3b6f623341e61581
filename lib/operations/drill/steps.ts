/** Restores the bundle on a throwaway server and records what came of it, passed or failed. */
import { eq, sql } from "drizzle-orm";
import type { StepContext } from "../../engine/contexts.ts";
import type { OperationStep } from "../../engine/operation.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import { newId } from "../../records/id.ts";
import { drills } from "../../records/schema/drills.ts";
import type { DrillResult } from "../../rows/drill/drill-bundle.ts";
import { type BundleRow, findBundle, withBundle } from "../shared/bundle.ts";
import { breathing } from "../shared/run-context.ts";
import { called } from "../shared/tenant.ts";
import type { DrillPlace } from "../shared/throwaway-place.ts";
import { trustedKeys } from "../signer.ts";
import { drillInput } from "./input.ts";

type Evidence = Pick<typeof drills.$inferInsert, "passed" | "rows" | "restoreSeconds"> & {
  readonly findings: readonly Finding[];
};

/** The one there is, as the plan shows it. */
export const DRILL_STEP = {
  name: "drill",
  title: "Restore it on a throwaway server, prove every row, and throw it away",
  reversibility: "reversible",
} as const;

export function drillSteps(place: DrillPlace): readonly OperationStep[] {
  return [{ ...DRILL_STEP, run: (context) => run(context, place) }];
}

async function run(context: StepContext, place: DrillPlace): Promise<void> {
  const { bundleId } = drillInput.parse(context.input);
  const bundle = await findBundle(context, bundleId);
  const earlier = await evidenceOf(context);
  if (earlier?.passed) return conclude(context, earlier, bundleId);
  const evidence = await restored(context, bundle, place);
  await context.effect("record drill", () => record(context, bundle, evidence));
  await conclude(context, evidence, bundleId);
}

/** Of a worker that was lost after it had recorded it, or of a try that failed: that one is made anew. */
async function evidenceOf({ records, operationId }: StepContext): Promise<Evidence | undefined> {
  const [row] = await records.select().from(drills).where(eq(drills.operationId, operationId));
  return row === undefined ? undefined : { ...row, findings: row.findings as readonly Finding[] };
}

/** What keeps a drill from being made at all, and says nothing of the bundle. */
const NO_ANSWER = new Set([
  "database-unreachable",
  "address-invalid",
  "lock-not-granted",
  "no-other-tenant",
  "shared-rows-too-large",
  "drill-server-of-platform",
  "drill-server-rights",
  "drill-server-too-old",
  "drill-server-not-empty",
]);

/** A refusal is an answer: this bundle cannot be brought back. Whatever else ends a drill says nothing of it. */
async function restored(context: StepContext, bundle: BundleRow, place: DrillPlace): Promise<Evidence> {
  try {
    const trust = await trustedKeys(context.records);
    // Only a worker comes here. The web knows every operation, and its build must not carry a database server along.
    const { drillBundle } = await import(/* turbopackIgnore: true */ "../../rows/drill/drill-bundle.ts");
    const result = await withBundle(context, bundle, (source) =>
      breathing(
        context,
        () => false,
        (run) =>
          drillBundle(
            {
              source,
              platform: context.platform.file,
              schemaUrl: context.runnerUrl,
              trust: [...trust],
              ...place,
            },
            run,
          ),
      ),
    );
    return passed(result);
  } catch (error) {
    if (!(error instanceof Refusal) || error.findings.some(({ code }) => NO_ANSWER.has(code))) throw error;
    return { passed: false, rows: null, restoreSeconds: null, findings: error.findings };
  }
}

function passed({ rows, seconds, findings }: DrillResult): Evidence {
  return { passed: true, rows, restoreSeconds: seconds.restore, findings };
}

async function record(context: StepContext, bundle: BundleRow, evidence: Evidence): Promise<void> {
  await context.records.transaction(async (tx) => {
    const { operationId } = context;
    const recorded = await tx
      .insert(drills)
      .values({ id: newId(), bundleId: bundle.id, operationId, ...evidence })
      .onConflictDoUpdate({
        target: drills.operationId,
        set: { ...evidence, createdAt: sql`now()` },
        setWhere: eq(drills.passed, false),
      })
      .returning({ id: drills.id });
    if (recorded.length === 0) return;
    await recordAudit(tx, {
      actor: { personId: null, name: "worker" },
      action: evidence.passed ? "bundle.drill-passed" : "bundle.drill-failed",
      subject: { type: "bundle", id: bundle.id },
      operationId,
      platformId: context.platform.id,
      tenantKey: context.plan.tenant.key,
      data: { rows: evidence.rows ?? null, codes: evidence.findings.map(({ code }) => code) },
    });
  });
}

async function conclude(context: StepContext, evidence: Evidence, bundleId: string): Promise<void> {
  if (!evidence.passed) throw new Refusal(evidence.findings);
  await context.find(evidence.findings);
  const rows = (evidence.rows ?? 0).toLocaleString("en");
  const seconds = (evidence.restoreSeconds ?? 0).toFixed(1);
  await context.result({
    changed: [
      `${rows} rows of ${called(context.plan.tenant)} were restored with their own ids in ${seconds} s, and proved: each table equals the bundle by count and digest, and every reference leads to a row that is there.`,
      "What was restored is thrown away again. Nothing was written to a database of the platform.",
    ],
    next: ["Nothing: the drill stands on the bundle's page as evidence."],
    links: { bundle: bundleId },
  });
}

/** What deleting a tenant would do: exact rows of every table, what stands against it, and what is lost for good. */
import { and, eq } from "drizzle-orm";
import type pg from "pg";
import { type Manifest, manifestSchema, type Seal, sealSchema } from "../../bundle/manifest.ts";
import type { PlanContext } from "../../engine/contexts.ts";
import type { OperationPlan } from "../../engine/plan.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import { pinSession } from "../../postgres/session.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { differsFromBundle, digestsOf } from "../../rows/delete/bundle-digests.ts";
import { type DeletePlan, planDelete } from "../../rows/delete/plan.ts";
import { writtenSince } from "../../rows/fence/written-since.ts";
import { quietContext } from "../../rows/run-context.ts";
import { tenantKeyLiteral } from "../../rows/tenant.ts";
import { missingWebhooks } from "../finalizers/call.ts";
import type { BundleRow } from "../shared/bundle.ts";
import { identityOf, planFinding, touchedTables } from "../shared/subject.ts";
import { called, readState } from "../shared/tenant.ts";
import { TENANTRY_VERSION } from "../shared/versions.ts";
import { stoppedGate } from "../tombstones/whole.ts";
import type { DeleteLook } from "./delete-look.ts";
import { deleteEffects } from "./effects.ts";
import { deleteFindings } from "./findings.ts";
import { deleteGates } from "./gates.ts";
import { answersOf, type DeleteInput, deleteInput } from "./input.ts";
import { lookUp } from "./look.ts";
import { deleteQuestions, unaskedAnswers } from "./questions.ts";
import { DELETE_STEPS } from "./steps.ts";

export async function planDeleteOperation(context: PlanContext, given: DeleteInput): Promise<OperationPlan> {
  // As the records have it: not trusted with what the schema fills in.
  const input = deleteInput.parse(given);
  const { database, platform, policy } = context;
  const client = await context.connect();
  try {
    await pinSession(client);
    await client.query("SET lock_timeout = '5s'");
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const answers = answersOf(input);
    const request = { platform: platform.file, tenantKey: input.tenantKey, answers, role: "plans" as const };
    const planned = await planDelete(client, request, quietContext({ signal: context.signal }));
    const { tenant, model, catalog, tables } = planned;
    const bundle = await namedBundle(context, input);
    const sealed = bundle === null ? null : contentsOf(bundle);
    const known = await lookUp(context, tenant.key, bundle);
    const fenced = planned.fence?.state === "held";
    const look: DeleteLook = {
      policy,
      suspended:
        model.tenant.state === null
          ? null
          : (await readState(client, model, tenant.key)) === model.tenant.state.suspended,
      fence: fenced ? planned.fence : null,
      written: fenced ? await writtenSince(client, model, tenant.key) : [],
      bundle:
        bundle === null
          ? null
          : {
              id: bundle.id,
              name: bundle.name,
              ofTenant: bundle.platformId === platform.id && bundle.tenantKey === tenant.key,
              ready: bundle.state === "ready" && sealed !== null,
              takenAt: sealed === null ? null : new Date(sealed.manifest.source.takenAt),
            },
      differing: await differences(client, context, planned, bundle, sealed),
      ...known,
    };
    const findings = [
      ...withoutFence(planned.findings),
      ...unaskedAnswers(planned, answers),
      ...deleteFindings(planned, known.otherBundles),
      ...(await missingWebhooks(context.records, platform.file.finalizers)),
    ];
    return {
      kind: "delete",
      summary: `Delete ${called(tenant)} from ${database.name}`,
      tenant: { key: tenant.key, slug: tenant.slug, name: tenant.name },
      databases: [identityOf(database, catalog)],
      options: {
        pointers: answers.pointers,
        triggers: answers.triggers,
        left: planned.pointers
          .filter(({ answer }) => answer === "leave")
          .map(({ id, rows }) => ({ id, rows })),
        finalizers: platform.file.finalizers.map(({ name, kind }) => ({ name, kind })),
        tombstoneDays: policy.tombstoneDays,
      },
      tables: touchedTables(
        { catalog, model },
        tables.map(({ table }) => table),
      ),
      bundle: bundle?.sha256 ?? null,
      effects: deleteEffects(planned, platform.file.finalizers, bytesOf(sealed), database.name),
      steps: DELETE_STEPS.map(({ name, title, reversibility }) => ({ name, title, reversibility })),
      gates: [...deleteGates(look), ...(await stoppedGate(context, tenant.key))],
      findings,
      estimate: {
        rows: planned.estimate.rows,
        bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
        seconds: Math.ceil(planned.estimate.milliseconds / 1000),
      },
      versions: { planner: TENANTRY_VERSION, model: model.version },
      rollback: `Batch by batch, each for good: an abort leaves the tenant with the rows that are left, and what is gone is brought back from the bundle. Afterwards the whole tenant can be restored with the same ids for ${policy.tombstoneDays} days. What no bundle holds, and what was cleared away outside the database, does not come back.`,
      exact: true,
      questions: deleteQuestions(planned),
    };
  } catch (error) {
    throw planFinding(error, database.name);
  }
}

async function namedBundle(
  { records, platform }: PlanContext,
  { bundleId }: DeleteInput,
): Promise<BundleRow | null> {
  if (bundleId === undefined) return null;
  const [row] = await records
    .select()
    .from(bundles)
    .where(and(eq(bundles.id, bundleId), eq(bundles.platformId, platform.id)));
  if (row !== undefined) return row;
  throw new Refusal({
    code: "bundle-of-another",
    severity: "blocks",
    where: "bundleId",
    what: "There is no such bundle of this platform.",
    todo: "Choose one of the tenant's bundles.",
  });
}

interface Contents {
  readonly manifest: Manifest;
  readonly seal: Seal;
}

/** As the records have them since the file was proved; null for one that was not. */
export function contentsOf(bundle: Pick<BundleRow, "manifest" | "seal">): Contents | null {
  const manifest = manifestSchema.safeParse(bundle.manifest);
  const seal = sealSchema.safeParse(bundle.seal);
  return manifest.success && seal.success ? { manifest: manifest.data, seal: seal.data } : null;
}

/** Only of a tenant that stands still, and where nothing else says no already: it reads every row. */
async function differences(
  client: pg.ClientBase,
  { signal }: PlanContext,
  { tenant, fence, findings, catalog, model }: DeletePlan,
  bundle: BundleRow | null,
  sealed: Contents | null,
): Promise<DeleteLook["differing"]> {
  if (sealed === null || bundle?.state !== "ready" || fence?.state !== "held") return null;
  if (bundle.tenantKey !== tenant.key || blocks(findings)) return null;
  const key = tenantKeyLiteral(model, tenant.key);
  const digests = digestsOf(sealed.manifest, sealed.seal);
  return differsFromBundle(client, catalog, model, key, digests, quietContext({ signal }));
}

/** The gate says it, and where it is opened. */
function withoutFence(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ code }) => code !== "not-fenced");
}

function bytesOf(sealed: Contents | null): ReadonlyMap<string, number> {
  return new Map(
    (sealed?.seal.tables ?? [])
      .filter(({ section }) => section === "data")
      .map(({ ordinal, bytes }) => {
        const { schema, name } = sealed!.manifest.tables[ordinal - 1]!;
        return [qualifiedName(schema, name), bytes] as const;
      }),
  );
}

/** What an import would do: the bundle proved, the target judged, collisions counted, every row announced. */
import type { Manifest, Seal } from "../../bundle/manifest.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import type { PlanContext } from "../../engine/contexts.ts";
import { permissionsNow } from "../../engine/people.ts";
import type { OperationPlan } from "../../engine/plan.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import { pinSession } from "../../postgres/session.ts";
import { planImport } from "../../rows/import/plan-import.ts";
import { quietContext } from "../../rows/run-context.ts";
import { judgeSignature } from "../keys/judge-signature.ts";
import { findBundle, withBundle } from "../shared/bundle.ts";
import { importEffects } from "../shared/import-effects.ts";
import { importGates } from "../shared/import-gates.ts";
import { forbiddenPlaces, regionOfBundle } from "../shared/region-rule.ts";
import { identityOf, planFinding, touchedTables } from "../shared/subject.ts";
import { called } from "../shared/tenant.ts";
import { TENANTRY_VERSION } from "../shared/versions.ts";
import { distrustedKeys } from "../signer.ts";
import type { ImportInput } from "./input.ts";
import { importRequest } from "./request.ts";
import { type Acceptance, signatureGate } from "./signature.ts";
import { IMPORT_STEPS } from "./steps.ts";

export async function planImportOperation(context: PlanContext, input: ImportInput): Promise<OperationPlan> {
  const bundle = await findBundle(context, input.bundleId);
  const client = await context.connect();
  try {
    await pinSession(client);
    await client.query("SET lock_timeout = '5s'");
    return await withBundle(context, bundle, async (source) => {
      const request = await importRequest(context, input, source, {
        url: context.plannerUrl,
        role: "plans",
        journal: () => bundle.name,
      });
      const planned = await planImport(client, request, quietContext({ signal: context.signal }));
      const { manifest, scan, target } = planned;
      const distrusted = await distrustedKeys(context.records);
      const judged = judgeSignature(planned.findings, scan?.signature ?? null, distrusted);
      const findings = [...judged, ...(await regionFindings(context, source, manifest, scan?.seal ?? null))];
      const slug = input.newSlug ?? manifest.tenant.slug;
      const tenant = {
        key: input.ids === "kept" ? manifest.tenant.key : (input.newKey ?? null),
        slug,
        name: manifest.tenant.name,
      };
      const touched = [...manifest.tables, ...manifest.reference].map((table) =>
        qualifiedName(table.schema, table.name),
      );
      return {
        kind: "import",
        summary: `Import ${called({ ...tenant, key: tenant.key ?? slug })} into ${context.database.name} from ${bundle.name}`,
        tenant,
        databases: [identityOf(context.database, target.catalog)],
        options: {
          ids: input.ids,
          newSlug: input.newSlug ?? null,
          newKey: input.newKey ?? null,
          newDomains: input.newDomains,
          ...(input.acceptSignature ? { acceptSignature: true } : {}),
        },
        tables: touchedTables(target, touched),
        bundle: scan?.sha256 ?? bundle.sha256,
        effects: importEffects(planned, context.database.name),
        steps: IMPORT_STEPS.map(({ name, title, reversibility }) => ({ name, title, reversibility })),
        gates: [
          ...importGates(findings, scan !== null),
          signatureGate(scan?.signature ?? null, await acceptance(context, input)),
        ],
        findings,
        estimate: {
          rows: scan?.seal.totals.rows ?? null,
          bytes: scan?.seal.totals.bytes ?? null,
          seconds: null,
        },
        versions: { planner: TENANTRY_VERSION, model: target.model.version },
        rollback:
          "One transaction: until it commits an abort leaves nothing behind. Afterwards the tenant is suspended and can be deleted again; shared rows that were created stay.",
        exact: true,
      };
    });
  } catch (error) {
    throw planFinding(error, context.database.name);
  }
}

/** The database is to hold the tenant's rows. A bundle that is not proved says nothing, and is not imported. */
async function regionFindings(
  { platform, database, signal }: PlanContext,
  source: BundleSource,
  manifest: Manifest,
  seal: Seal | null,
): Promise<Finding[]> {
  const rule = platform.file.regions;
  if (rule === undefined || seal === null) return [];
  const region = await regionOfBundle(source, { manifest, seal }, rule, signal);
  return forbiddenPlaces(rule, region, [{ kind: "database", name: database.name, region: database.region }]);
}

/** Asked anew with each plan: who has lost the permission since has not accepted it. */
async function acceptance(
  { records, requestedBy }: PlanContext,
  { acceptSignature }: ImportInput,
): Promise<Acceptance> {
  if (!acceptSignature) return { asked: false, allowed: false };
  return { asked: true, allowed: (await permissionsNow(records, requestedBy)).has("accept:signature") };
}

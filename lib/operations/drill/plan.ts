/** What a drill would do: the bundle's version held against the database whose schema is made again. Read-only. */
import { manifestSchema } from "../../bundle/manifest.ts";
import { readCatalog } from "../../catalog/read.ts";
import type { PlanContext } from "../../engine/contexts.ts";
import type { OperationPlan } from "../../engine/plan.ts";
import type { Finding } from "../../findings/finding.ts";
import { readLedger } from "../../ledger/detect.ts";
import { pinSession } from "../../postgres/session.ts";
import { schemaDiffers } from "../../rows/import/preflight.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { viewOfFirst } from "../../tenancy/tenant-schema.ts";
import { findBundle } from "../shared/bundle.ts";
import { identityOf, planFinding } from "../shared/subject.ts";
import { called } from "../shared/tenant.ts";
import { TENANTRY_VERSION } from "../shared/versions.ts";
import type { DrillInput } from "./input.ts";
import { DRILL_STEP } from "./steps.ts";

/** Where the rows go: no place of the platform's. */
const THROWAWAY = "a throwaway server";

export async function planDrill(context: PlanContext, { bundleId }: DrillInput): Promise<OperationPlan> {
  const { database, platform } = context;
  const bundle = await findBundle(context, bundleId);
  // As it was proved. The file is read by the drill itself: what has become of it since is what a drill finds out.
  const manifest = manifestSchema.parse(bundle.manifest);
  const client = await context.connect();
  try {
    await pinSession(client);
    await client.query("SET lock_timeout = '5s'");
    const catalog = viewOfFirst(await readCatalog(client), platform.file);
    const model = deriveModel(catalog, platform.file);
    const { ledger, findings: ofLedger } = await readLedger(client, { tool: platform.file.ledger });
    const findings = [...ofLedger, ...schemaDiffers(manifest, { catalog, model, ledger })];
    const { key, slug, name } = manifest.tenant;
    return {
      kind: "drill",
      summary: `Restore ${called(manifest.tenant)} from ${bundle.name} on ${THROWAWAY}, by the schema of ${database.name}`,
      tenant: { key, slug, name },
      databases: [identityOf(database, catalog)],
      options: {},
      tables: {},
      bundle: bundle.sha256,
      effects: [
        {
          verb: "read",
          object: "schema",
          place: database.name,
          rows: null,
          bytes: null,
          reversibility: "reversible",
        },
        {
          verb: "insert",
          object: "tenant",
          place: THROWAWAY,
          rows: bundle.rows,
          bytes: null,
          reversibility: "reversible",
          note: "thrown away afterwards",
        },
      ],
      steps: [DRILL_STEP],
      gates: [versionGate(findings)],
      findings,
      estimate: { rows: bundle.rows, bytes: bundle.bytes, seconds: null },
      versions: { planner: TENANTRY_VERSION, model: model.version },
      rollback: "Nothing is written to a database of the platform: there is nothing to take back.",
      exact: true,
    };
  } catch (error) {
    throw planFinding(error, database.name);
  }
}

function versionGate(findings: readonly Finding[]): OperationPlan["gates"][number] {
  const closing = findings.find(({ severity }) => severity === "blocks");
  return {
    code: "schema-equal",
    title: "The database has the bundle's schema",
    holds: closing === undefined,
    detail:
      closing === undefined
        ? "The same migrations in the same order, and each table has the same shape."
        : `${closing.what} ${closing.todo ?? ""}`.trim(),
  };
}

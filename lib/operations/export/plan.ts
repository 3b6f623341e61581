/** What an export would do, read-only: the tenant found, the model and the role's rights judged, rows estimated. */

import type { PlanContext } from "../../engine/contexts.ts";
import type { Gate, OperationPlan } from "../../engine/plan.ts";
import { blocks, type Finding } from "../../findings/finding.ts";
import { readLedger } from "../../ledger/detect.ts";
import { commonTables } from "../../rows/export/common-circles.ts";
import { estimatedBytes } from "../../rows/export/describe.ts";
import { estimateRows } from "../../rows/export/estimate.ts";
import { dataExtents, type Extent, referenceExtents } from "../../rows/export/jobs.ts";
import { exportRights } from "../../rows/export/rights.ts";
import { tenantKeyLiteral } from "../../rows/tenant.ts";
import { recipientsOf } from "../bundles/recipients.ts";
import { forbiddenPlaces, regionOfTenant } from "../shared/region-rule.ts";
import { type Subject, touchedTables, withSubject } from "../shared/subject.ts";
import { called, tenantByKey } from "../shared/tenant.ts";
import { TENANTRY_VERSION } from "../shared/versions.ts";
import { stoppedGate } from "../tombstones/whole.ts";
import { exportEffects } from "./effects.ts";
import { type Forecast, forecast } from "./forecast.ts";
import { pastExports } from "./history.ts";
import type { ExportInput } from "./input.ts";
import { roomGate } from "./room.ts";
import { EXPORT_STEPS } from "./steps.ts";

export async function planExport(context: PlanContext, input: ExportInput): Promise<OperationPlan> {
  return withSubject(context, async (client, subject) => {
    const { catalog, model, identity } = subject;
    const ledger = await readLedger(client, { tool: context.platform.file.ledger });
    const found: Finding[] = [...model.findings, ...exportRights(catalog, model), ...ledger.findings];
    const tenant = blocks(found) ? null : await tenantByKey(client, model, input.tenantKey);
    const store = context.store(context.platform.store);
    if (tenant !== null && !("code" in tenant))
      found.push(...(await regionFindings(client, subject, context, tenant.key)));
    const { recipients, findings: of } = await recipientsOf(context, input);
    found.push(...of);
    const findings = tenant !== null && "code" in tenant ? [tenant, ...found] : found;
    const known = tenant === null || "code" in tenant ? null : tenant;
    const size = known === null ? null : await expected(client, subject, context, known.key);
    const room = size === null ? null : await roomGate(store, size);
    const common = [...model.tables.values()].filter((table) => table.common !== null).map(({ id }) => id);
    return {
      kind: "export",
      summary: `Export ${called(known ?? { key: input.tenantKey, slug: null, name: null })} from ${context.database.name} into a bundle`,
      tenant: { key: input.tenantKey, slug: known?.slug ?? null, name: known?.name ?? null },
      databases: [identity],
      options: {
        expiresInDays: input.expiresInDays ?? null,
        schemaVersion: ledger.ledger?.version ?? null,
        ...(recipients.length > 0 ? { recipients } : {}),
      },
      tables: touchedTables(subject, [...model.loadOrder, ...common]),
      bundle: null,
      effects: exportEffects(model, { store: context.platform.store, database: context.database.name }),
      steps: EXPORT_STEPS.map(({ name, title, reversibility }) => ({ name, title, reversibility })),
      gates: [
        ...exportGates(findings),
        ...(room === null ? [] : [room]),
        ...(await stoppedGate(context, input.tenantKey)),
      ],
      findings,
      estimate: {
        rows: size?.rows ?? null,
        bytes: size?.bytes ?? null,
        seconds: size?.seconds ?? null,
      },
      versions: { planner: TENANTRY_VERSION, model: model.version },
      rollback:
        "Nothing is written to the platform's database. An abort removes the unfinished file; a finished bundle stays until it is removed or expires.",
      exact: false,
    };
  });
}

/** The store is to hold the tenant's rows; the database holds them already. */
async function regionFindings(
  client: Parameters<typeof estimateRows>[0],
  { model }: Subject,
  { platform, store }: Pick<PlanContext, "platform" | "store">,
  tenantKey: string,
): Promise<Finding[]> {
  const rule = platform.file.regions;
  if (rule === undefined) return [];
  const region = await regionOfTenant(client, model, rule, tenantKey);
  const place = { kind: "store", name: platform.store, region: store(platform.store).region } as const;
  return forbiddenPlaces(rule, region, [place]);
}

async function expected(
  client: Parameters<typeof estimateRows>[0],
  { catalog, model }: Subject,
  { records, database }: Pick<PlanContext, "records" | "database">,
  tenantKey: string,
): Promise<Forecast> {
  const key = tenantKeyLiteral(model, tenantKey);
  const extents = [
    ...dataExtents(catalog, model, key),
    ...referenceExtents(catalog, model, commonTables(model), key),
  ];
  const estimates = await estimateRows(client, extents);
  const data = extents.filter((extent) => extent.section === "data");
  const rowsOf = (extent: Extent) => estimates.get(extent)?.rows ?? 0;
  const statistics = {
    rows: data.reduce((sum, extent) => sum + rowsOf(extent), 0),
    bytes: data.reduce((sum, extent) => sum + estimatedBytes(extent, rowsOf(extent)), 0),
  };
  return forecast(statistics, await pastExports(records, database.id), tenantKey);
}

function exportGates(findings: readonly Finding[]): Gate[] {
  const blocking = findings.filter(({ severity }) => severity === "blocks");
  return [
    {
      code: "model-covers-all",
      title: "The model says whose every row is",
      holds: blocking.length === 0,
      detail:
        blocking.length === 0
          ? "No finding of model, rights or ledger stands against it."
          : `${blocking.length} findings block: answer them in the platform file or in the database.`,
    },
  ];
}

/** The manifest that an export of a made-up catalog would write: for tests of what is pure. */
import type { Manifest } from "../../bundle/manifest.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { commonTables } from "../export/common-circles.ts";
import { describeExport } from "../export/describe.ts";
import { dataExtents, referenceExtents } from "../export/jobs.ts";

export function manifestFor(
  catalog: Catalog,
  model: TenancyModel,
  tenant: Partial<Manifest["tenant"]> = {},
): Manifest {
  return describeExport({
    catalog,
    model,
    ledger: null,
    tenant: { key: "old", slug: null, name: null, domains: [], ...tenant },
    snapshot: { id: "1", position: null, takenAt: "2024-01-01T00:00:00.000Z" },
    data: dataExtents(catalog, model, "'old'"),
    reference: referenceExtents(catalog, model, commonTables(model), "'old'"),
    engineVersion: "test",
    request: { by: null, at: "2024-01-01T00:00:00.000Z", reason: null },
  });
}

/** The model of a live database with what its data says of suspected references. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { wasCancelled, withStatementTimeout } from "../../postgres/statement-timeout.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { resolveNames } from "../../tenancy/resolve-names.ts";
import { viewOfFirst } from "../../tenancy/tenant-schema.ts";
import { withEvidence } from "./findings.ts";
import { type DataEvidence, suspectsFromData } from "./from-data.ts";

export interface Examination {
  readonly findings: readonly Finding[];
  readonly evidence: DataEvidence;
}

/** Reads a bounded sample of every table, on a session that only reads. Nothing is sampled where there is no tenant. */
export async function examineData(
  client: pg.ClientBase,
  whole: Catalog,
  model: TenancyModel,
  file: PlatformFile,
): Promise<Examination> {
  const catalog = viewOfFirst(whole, file);
  const { answers } = resolveNames(catalog, file);
  if (answers === null || model.tables.size === 0)
    return { findings: model.findings, evidence: { suspects: [], sampled: [] } };
  const evidence = await suspectsFromData(client, catalog, model, answers);
  return { findings: withEvidence(model, model.findings, evidence), evidence };
}

/** The platform has other users, and who asks may be a page that somebody waits for. */
const PATIENCE = 2_000;

/** What names and a sample of the values suggest; names alone where a table could not be sampled in time. */
export async function examinedInTime(
  client: pg.ClientBase,
  {
    catalog,
    model,
    file,
  }: { readonly catalog: Catalog; readonly model: TenancyModel; readonly file: PlatformFile },
): Promise<Examination> {
  try {
    return await withStatementTimeout(client, PATIENCE, () => examineData(client, catalog, model, file));
  } catch (error) {
    if (!wasCancelled(error)) throw error;
    return { findings: model.findings, evidence: { suspects: [], sampled: [] } };
  }
}

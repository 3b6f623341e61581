/** What an export must know before it writes a byte, all of it as of the snapshot. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { readCatalog } from "../../catalog/read.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { readLedger } from "../../ledger/detect.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { viewOfFirst } from "../../tenancy/tenant-schema.ts";
import type { Tenant } from "../tenant.ts";
import { tenantView } from "../tenant-view.ts";
import { exportRights } from "./rights.ts";

export interface Source {
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly ledger: Ledger | null;
  readonly tenant: Tenant;
  /** What warns or notes; anything that blocks has been refused. */
  readonly findings: readonly Finding[];
}

/**
 * Reads catalog, ledger and tenant on a session that is in a transaction already, and derives the model.
 *
 * @param helpers further sessions in transactions of the same snapshot, which share the reading
 * @throws Refusal with every finding, where one of them blocks
 */
export async function readSource(
  client: pg.ClientBase,
  file: PlatformFile,
  slugOrKey: string,
  helpers: readonly pg.ClientBase[] = [],
): Promise<Source> {
  const whole = await readCatalog(client, helpers);
  const reading = readLedger(client, { tool: file.ledger });
  const first = deriveModel(whole, file);
  const ledger = await reading;
  const said = [...first.findings, ...exportRights(viewOfFirst(whole, file), first), ...ledger.findings];
  // Nobody is looked for by a role that may not look.
  if (blocks(said)) throw new Refusal(said);
  const { catalog, model, tenant } = await tenantView(client, whole, file, slugOrKey, first);
  if ("code" in tenant) throw new Refusal([tenant, ...said]);
  const findings = model === first ? said : [...said, ...exportRights(catalog, model)];
  if (blocks(findings)) throw new Refusal(findings);
  return { catalog, model, ledger: ledger.ledger, tenant, findings };
}

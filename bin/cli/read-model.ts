/** The derived model of a live database, with everything that is to be said about it. */
import { readCatalog } from "../../lib/catalog/read.ts";
import type { Finding } from "../../lib/findings/finding.ts";
import { readLedger } from "../../lib/ledger/detect.ts";
import { connect } from "../../lib/postgres/connection.ts";
import { examineData } from "../../lib/rows/suspects/examine.ts";
import { deriveModel } from "../../lib/tenancy/derive-model.ts";
import type { TenancyModel } from "../../lib/tenancy/model.ts";
import { databaseAddress, readPlatform } from "./inputs.ts";
import type { Run } from "./task.ts";

export interface ModelOptions {
  readonly platform?: string;
  readonly database?: string;
  readonly json?: boolean;
}

export interface ModelReading {
  readonly model: TenancyModel;
  readonly database: string;
  readonly schemaVersion: string | null;
  readonly ledger: string | null;
  /** Of the platform file, the model and the ledger. */
  readonly findings: readonly Finding[];
}

/**
 * Reads only; a role that sees the catalog and the ledger is enough.
 *
 * @param sampled whether suspected references are looked for in the data too, as far as the role may read it
 */
export async function readModel(
  options: ModelOptions,
  run: Run,
  sampled: "sampled" | "catalog only" = "catalog only",
): Promise<ModelReading> {
  const { file, findings } = await readPlatform(options.platform);
  const url = databaseAddress(options.database, run.remark);
  const client = await connect(url, {
    applicationName: "tenantry check",
    readOnly: true,
    signal: run.context.signal,
  });
  try {
    const catalog = await readCatalog(client);
    const model = deriveModel(catalog, file);
    const examined =
      sampled === "sampled" ? (await examineData(client, catalog, model, file)).findings : model.findings;
    const reading = await readLedger(client, { tool: file.ledger });
    return {
      model,
      database: catalog.database.name,
      schemaVersion: reading.ledger?.version ?? null,
      ledger: reading.ledger?.tool ?? null,
      findings: [...findings, ...examined, ...reading.findings],
    };
  } finally {
    await client.end();
  }
}

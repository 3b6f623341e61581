/** A bundle's rows into a throwaway database at the bundle's version: the strict import, with the ids that they have. */
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { readCatalog } from "../../catalog/read.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { qualifiedName, quoteQualified } from "../../postgres/identifiers.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { platformFileThen } from "../../tenancy/platform-file-then.ts";
import { insertReferenceRows } from "../drill/reference-rows.ts";
import { type ImportResult, importTenant } from "../import/import-tenant.ts";
import type { Journal, JournalStore } from "../import/journal.ts";
import { sameTables } from "../import/same-tables.ts";
import { advanceSequences } from "../import/sequences.ts";
import type { RunContext } from "../run-context.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import type { UpgradeRequest } from "./request.ts";
import { meetSeeds } from "./seeds.ts";

export interface LoadedBundle {
  readonly result: ImportResult;
  readonly commonRows: number;
  readonly findings: readonly Finding[];
}

/** What of an upgrade's request says which bundle it is, and under which platform file it may have been written. */
export type LoadRequest = Pick<
  UpgradeRequest,
  "source" | "platform" | "platformThen" | "earlierFiles" | "trust"
>;

/** @throws Refusal where the bundle is not whole, its model cannot be told, or a proof of the import fails */
export async function loadBundle(
  client: pg.Client,
  url: string,
  manifest: Manifest,
  request: LoadRequest,
  context: RunContext,
): Promise<LoadedBundle> {
  const catalog = await readCatalog(client);
  const { file, model } = modelThen(catalog, manifest, candidateFiles(request));
  const replaced = await clearSeedsOf(client, model, manifest);
  const commonRows = await context.sideEffect("insert common rows", () =>
    insertReferenceRows(client, catalog, request.source, context, meetSeeds(client, catalog, model)),
  );
  await advanceSequences(
    client,
    catalog,
    manifest.reference.map(({ schema, name }) => qualifiedName(schema, name)),
  );
  const result = await restore(url, file, request, context);
  await analyze(client);
  return { result, commonRows, findings: replaced === 0 ? [] : [seedsReplaced(replaced, model)] };
}

/** Platform files under one of which the bundle may have been written, the likeliest first. Pure. */
export function candidateFiles({ platform, platformThen, earlierFiles = [] }: LoadRequest): PlatformFile[] {
  return [...(platformThen === undefined ? [] : [platformThen]), platform, ...earlierFiles];
}

/**
 * Nobody does it by himself on a throwaway server, and migrations plan by it. A tenth of the usual sample tells them
 * as much, and spares reading long values by the thousand: of 200,000 rows it took as long as a third of their import.
 */
async function analyze(client: pg.Client): Promise<void> {
  await client.query("SET default_statistics_target = 10");
  await client.query("ANALYZE");
  await client.query("RESET default_statistics_target");
}

/**
 * The model that the bundle was written under: of a file that gives exactly that at this version, if there is one; else
 * the first one's, as it must have read then.
 *
 * @throws Refusal where the bundle's tables are none that this makes of them
 */
export function modelThen(
  catalog: Catalog,
  manifest: Manifest,
  files: readonly PlatformFile[],
): { readonly file: PlatformFile; readonly model: TenancyModel } {
  const exact = files.find((file) => {
    const { version, findings } = deriveModel(catalog, file);
    return version === manifest.model.version && !blocks(findings);
  });
  const file = exact === undefined ? platformFileThen(files[0]!, catalog, manifest) : asItWas(exact);
  const model = deriveModel(catalog, file);
  const misfits = [
    ...model.findings.filter(({ severity }) => severity === "blocks"),
    ...(model.tables.size === 0 ? [] : sameTables(manifest, { catalog, model })),
  ];
  if (misfits.length > 0) throw new Refusal([modelUnknown(manifest), ...misfits.map(withoutErrand)]);
  return { file, model };
}

/** The tenant is to come out in the state in which it went in. */
function asItWas(file: PlatformFile): PlatformFile {
  const { state: _, ...tenant } = file.tenant;
  return { ...file, tenant, triggers: "off" };
}

function modelUnknown({ schema, platform }: Manifest): Finding {
  return {
    code: "model-then-unknown",
    severity: "blocks",
    where: platform,
    what: `Whose the rows were at version ${schema.version ?? "unknown"} cannot be told from today's platform file and the bundle.`,
    todo: "Name the platform file of that time, from the platform's repository: --platform-then FILE.",
  };
}

/** What it says to do was meant for an import into a live database. */
function withoutErrand({ todo: _, ...finding }: Finding): Finding {
  return finding;
}

/** A migration may make the very tenant that the bundle is of, with rows: all that it has is in the bundle. */
async function clearSeedsOf(client: pg.Client, model: TenancyModel, { tenant }: Manifest): Promise<number> {
  const key = tenantKeyLiteral(model, tenant.key);
  let rows = 0;
  await client.query("BEGIN");
  await client.query("SET LOCAL session_replication_role = replica");
  for (const id of [...model.loadOrder].reverse()) {
    const { schema, name } = model.tables.get(id)!;
    const { rowCount } = await client.query(
      `DELETE FROM ${quoteQualified(schema, name)} t WHERE ${ownershipPredicate(model, id, "t", key)}`,
    );
    rows += rowCount ?? 0;
  }
  await client.query("COMMIT");
  return rows;
}

function seedsReplaced(count: number, model: TenancyModel): Finding {
  return {
    code: "seeds-replaced",
    severity: "notes",
    where: model.tenant.table ?? model.tenant.key,
    count,
    what: `Migrations had made ${count} rows of this very tenant; the bundle's stand in their place.`,
  };
}

async function restore(
  url: string,
  platform: PlatformFile,
  { source, trust }: LoadRequest,
  context: RunContext,
): Promise<ImportResult> {
  try {
    const journal = inMemory();
    return await importTenant(
      { source, url, platform, trust, ids: "kept", unreviewed: true, journal: () => journal },
      context,
    );
  } catch (error) {
    if (error instanceof Refusal && blocks(error.findings.filter(({ code }) => TAKEN.has(code))))
      throw new Refusal([...error.findings.map(withoutErrand), seedsInTheWay(platform)], { cause: error });
    throw error;
  }
}

/** Whatever ends this run ends the server too: no later one goes on from it. */
function inMemory(): JournalStore {
  let kept: Journal | null = null;
  return {
    where: "the throwaway server",
    read: async () => kept,
    async write(journal) {
      kept = journal;
    },
  };
}

/** What an import says where a row is there already. */
const TAKEN = new Set([
  "tenant-exists",
  "slug-taken",
  "domain-taken",
  "unique-taken",
  "value-taken",
  "exclusion-taken",
]);

function seedsInTheWay({ platform }: PlatformFile): Finding {
  return {
    code: "seed-meets-row",
    severity: "blocks",
    where: platform,
    what: "Migrations have put rows of another tenant there that have what rows of the bundle are to have.",
    todo: "Replace the migration that makes them by one that does not: --replace VERSION=FILE.",
  };
}

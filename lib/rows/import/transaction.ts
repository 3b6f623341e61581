/** The one transaction of an import, from its first statement to the last proof; the caller commits. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { makeSchema, readSchema } from "../../catalog/schema-copy/read-schema.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { qualifiedColumn, qualifiedName, quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import { tryLockTenant } from "../../postgres/tenant-lock.ts";
import { readTransactionCounts, type WriteCounts } from "../../postgres/transaction-counts.ts";
import { softDangling } from "../proof/reference-findings.ts";
import { columnTransforms } from "../remap/column-transforms.ts";
import type { Remap } from "../remap/remap.ts";
import { planRemap } from "../remap/remap-plan.ts";
import type { RunContext } from "../run-context.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import { fillRemap } from "./fill-remap.ts";
import { loadTables, type ProvedBundle } from "./load.ts";
import { loadFinding } from "./load-findings.ts";
import type { LoadPlan } from "./load-plan.ts";
import { lockOutsideRows, outsideReferences } from "./outside-rows.ts";
import { noteOutsideValues } from "./outside-values.ts";
import { preflight } from "./preflight.ts";
import { proveLoaded } from "./prove-loaded.ts";
import type { ImportRequest } from "./request.ts";
import { advanceSequences } from "./sequences.ts";
import { settleCommonRows } from "./settle-common-rows.ts";
import { rereadTarget } from "./target.ts";

export interface ImportedTable {
  readonly table: string;
  readonly rows: number;
}

export interface LoadedTenant {
  readonly remap: Remap;
  readonly tables: readonly ImportedTable[];
  readonly bundle: ProvedBundle;
  readonly findings: readonly Finding[];
}

/**
 * @param store keeps the remap where a crash does not reach it, before the first row is written
 * @throws Refusal where the target changed since the plan, a row is refused or a proof fails
 */
export async function loadTenant(
  client: pg.Client,
  request: ImportRequest,
  planned: LoadPlan,
  remap: Remap,
  context: RunContext,
  store: (remap: Remap) => Promise<void>,
): Promise<LoadedTenant> {
  const baseline = await readTransactionCounts(client);
  const made = await makeTenantSchema(client, planned, context);
  await lockTarget(client, planned, made);
  const target = await rereadTarget(client, request, planned, made);
  // Sequences and tables are the new schema's from here on, where another tenant's stood in for it.
  const plan = { ...planned, target, remap: planRemap(target.model, planned.manifest, request.ids) };
  const { catalog, model } = target;
  const changed = preflight(plan.manifest, target, request.ids);
  if (blocks(changed)) throw new Refusal(changed);
  if (model.triggers === "off") await client.query("SET LOCAL session_replication_role = replica");
  await client.query(platformSearchPath(catalog));

  const expected = new Map<string, WriteCounts>();
  const findings: Finding[] = [];
  const common = await settleCommonRows(client, plan, context);
  for (const [table, rows] of common.created) addInserts(expected, table, rows);
  const filled = await fillRemap(client, request, plan, { ...remap, common: common.ids }, context);
  if (!(await tryLockTenant(client, filled.tenant.newKey)))
    throw new Refusal(tenantLocked(filled.tenant.newKey));
  await store(filled);

  const mapped = columnTransforms(plan.remap, filled, plan.manifest);
  // Triggers that run may point a row at another one than was sent.
  const outside = model.triggers === "on" ? [] : outsideReferences(model).map(({ reference }) => reference);
  const noted = noteOutsideValues(plan.manifest, outside, mapped.transforms);
  const { tables: loaded, bundle } = await loadTables(
    client,
    {
      source: request.source,
      trust: request.trust ?? [],
      sha256: plan.sha256,
      proof: plan.proof,
      totalRows: plan.totalRows,
      catalog,
      checkedCycles: model.triggers === "on" ? model.cycles : [],
      binary: model.triggers === "off",
      transforms: noted.transforms,
    },
    context,
  );
  findings.push(...mapped.dangling());
  for (const { table, digest } of loaded) addInserts(expected, table, digest.rows);
  await runDeferred(client, plan.target.catalog.database.name, context.signal);
  await client.query(PINNED_SEARCH_PATH);
  // With fresh ids too: a number that is no id, a ticket's or an invoice's, was kept.
  await advanceSequences(
    client,
    catalog,
    model.loadOrder,
    (table, column) => plan.remap.sources.get(qualifiedColumn(table, column))?.fresh?.kind === "integer",
  );

  const key = tenantKeyLiteral(model, filled.tenant.newKey);
  const rows = new Map(loaded.map(({ table, digest }) => [table, digest.rows]));
  await lockOutsideRows(client, catalog, model, key, rows, noted.values, plan.remap);
  const failures = await proveLoaded(client, plan.target, loaded, baseline, expected, key, context);
  if (blocks(failures)) throw new Refusal(failures);
  return {
    remap: filled,
    tables: loaded.map(({ table, digest }) => ({ table, rows: digest.rows })),
    bundle,
    findings: addCounts([...findings, ...failures]),
  };
}

/**
 * Checks, triggers and generated columns of the platform call functions by the names that they have in the role's
 * own path, so rows are written under it; they are read under the pinned one (lib/postgres/session.ts).
 */
function platformSearchPath({ tenantSchema }: Catalog): string {
  return tenantSchema === undefined
    ? "SET LOCAL search_path TO DEFAULT"
    : // The application puts its tenant's schema in front.
      `SELECT pg_catalog.set_config('search_path', pg_catalog.quote_ident(${quoteLiteral(tenantSchema.name)}) || ', ' || reset_val, true)
         FROM pg_catalog.pg_settings WHERE name = 'search_path'`;
}

const PINNED_SEARCH_PATH = "SET LOCAL search_path TO pg_catalog";

/**
 * Deferred triggers and checks run now: at COMMIT they would write behind the back of the proofs. PostgreSQL
 * documentation, SET CONSTRAINTS.
 */
async function runDeferred(client: pg.ClientBase, where: string, signal: AbortSignal): Promise<void> {
  try {
    await client.query("SET CONSTRAINTS ALL IMMEDIATE");
  } catch (error) {
    throw loadFinding(error, where, signal);
  }
}

/** Gives the schema's name; null where rows lie in common tables. */
async function makeTenantSchema(
  client: pg.ClientBase,
  { target: { newSchema, catalog } }: LoadPlan,
  context: RunContext,
): Promise<string | null> {
  if (newSchema === undefined) return null;
  const copy = await readSchema(client, newSchema.like);
  if (blocks(copy.findings)) throw new Refusal(copy.findings);
  try {
    await context.sideEffect("make schema", () => makeSchema(client, newSchema.name, copy));
  } catch (error) {
    throw loadFinding(error, `${catalog.database.name} ${newSchema.name}`, context.signal);
  }
  return newSchema.name;
}

/** Nobody may change these tables from here on; what they look like is read again behind the lock. */
async function lockTarget(
  client: pg.ClientBase,
  { manifest, target: { catalog } }: LoadPlan,
  made: string | null,
): Promise<void> {
  const tables = manifest.tables.map((bundled) => {
    const { schema, name } = catalog.tables.get(qualifiedName(bundled.schema, bundled.name))!;
    return quoteQualified(schema === catalog.tenantSchema?.name ? made! : schema, name);
  });
  await client.query(`LOCK TABLE ${tables.join(", ")} IN ROW EXCLUSIVE MODE`);
}

function addInserts(expected: Map<string, WriteCounts>, table: string, rows: number): void {
  const before = expected.get(table) ?? { inserted: 0, updated: 0, deleted: 0 };
  if (rows > 0) expected.set(table, { ...before, inserted: before.inserted + rows });
}

/** One finding a column: some of its values were counted on their way in, others where they are. */
function addCounts(findings: readonly Finding[]): Finding[] {
  const isSoft = ({ code }: Finding) => code === "soft-reference-dangles";
  const counts = new Map<string, number>();
  for (const { where, count = 0 } of findings.filter(isSoft))
    counts.set(where, (counts.get(where) ?? 0) + count);
  return [
    ...findings.filter((finding) => !isSoft(finding)),
    ...[...counts].map(([where, count]) => softDangling(where, count)),
  ];
}

function tenantLocked(where: string): Finding {
  return {
    code: "tenant-locked",
    severity: "blocks",
    where,
    what: "Another run is working on this tenant right now.",
    todo: "Wait until it ends, then run the same command again.",
  };
}

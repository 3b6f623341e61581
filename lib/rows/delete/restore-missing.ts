/**
 * After a delete that was stopped half-way: the rows that are gone come back from the bundle, with their own ids, and the
 * others are not touched. One transaction, behind the fence; before it commits the tenant is the bundle's again, to the
 * last bit.
 */
import type pg from "pg";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { pinSession } from "../../postgres/session.ts";
import type { WriteCounts } from "../../postgres/transaction-counts.ts";
import { schemaPattern } from "../../tenancy/tenant-schema.ts";
import { fillRemap } from "../import/fill-remap.ts";
import { loadTables } from "../import/load.ts";
import { loadFinding } from "../import/load-findings.ts";
import { lockOutsideRows } from "../import/outside-rows.ts";
import { type ImportPlan, planImport } from "../import/plan-import.ts";
import type { ImportRequest } from "../import/request.ts";
import { advanceSequences } from "../import/sequences.ts";
import { settleCommonRows } from "../import/settle-common-rows.ts";
import { deferrableKeysHold } from "../proof/deferrable-keys.ts";
import { referencesHold } from "../proof/references-hold.ts";
import { columnTransforms } from "../remap/column-transforms.ts";
import type { RunContext } from "../run-context.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import { differsFromBundle, digestsOf } from "./bundle-digests.ts";
import { readNulled } from "./erasure.ts";
import { leftOf, recordedMembers } from "./left-rows.ts";
import { missingRows } from "./missing-rows.ts";
import { ownTransaction, type Writer } from "./own-transaction.ts";
import { NO_ANSWERS } from "./request.ts";
import { restorePointers } from "./restore-pointers.ts";
import { retried } from "./retried.ts";
import { erasureCleanup } from "./statements.ts";
import { takeOver } from "./take-over.ts";
import { type TenantGround, tenantGround } from "./tenant-ground.ts";

export interface RestoreMissing extends Pick<ImportRequest, "source" | "url" | "platform" | "trust"> {
  readonly tenantKey: string;
  /** Keeps the transaction's id where a crash does not reach it; called right before COMMIT. */
  readonly committing: (transaction: string) => Promise<void>;
}

export interface RestoredMissing {
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  /** Pointers of others that were set back, and those that hold something else by now. */
  readonly pointers: { readonly restored: number; readonly left: number };
  readonly findings: readonly Finding[];
}

/**
 * May be called again: where nothing is missing nothing is written. The fence stays; what the delete has recorded is
 * taken away with the same COMMIT.
 *
 * @throws Refusal where the bundle is another tenant's or not whole, or what is there is not what the bundle says
 */
export async function restoreMissing(request: RestoreMissing, context: RunContext): Promise<RestoredMissing> {
  const client = await connect(request.url, { applicationName: "tenantry restore", signal: context.signal });
  try {
    await pinSession(client);
    await client.query("SET lock_timeout = '5s'");
    return await restore(client, request, context);
  } catch (error) {
    throw loadFinding(error, client.database ?? "", context.signal);
  } finally {
    await client.end();
  }
}

async function restore(
  client: pg.Client,
  request: RestoreMissing,
  context: RunContext,
): Promise<RestoredMissing> {
  const { tenantKey, platform, url } = request;
  const epoch = await retried(context, () => takeOver(client, tenantKey, context));
  const ground = await tenantGround(client, { platform, tenantKey, answers: NO_ANSWERS });
  if (schemaPattern(platform) !== null && ground.catalog.tenantSchema === undefined)
    throw new Refusal(allGone(tenantKey));
  const asImport: ImportRequest = {
    ...request,
    ids: "kept",
    unreviewed: true,
    journal: () => "",
    missing: { schema: ground.catalog.tenantSchema?.name ?? null },
  };
  const plan = await planImport(client, asImport, context);
  if (plan.manifest.tenant.key !== tenantKey) throw new Refusal(otherTenant(tenantKey));
  if (plan.scan === null || blocks(plan.findings)) throw new Refusal(plan.findings);
  const { catalog } = plan.target;
  const writer: Writer = {
    client,
    url,
    catalog,
    tenantKey,
    epoch,
    declared: [],
    committing: request.committing,
    statementTimeout: 0,
    context,
  };
  return retried(context, () => ownTransaction(writer, () => write(client, ground, plan, asImport, context)));
}

async function write(
  client: pg.Client,
  ground: TenantGround,
  planned: ImportPlan,
  request: ImportRequest,
  context: RunContext,
): Promise<{ value: RestoredMissing; expected: ReadonlyMap<string, WriteCounts> }> {
  const { catalog, model } = planned.target;
  const tenantKey = ground.tenant.key;
  const key = tenantKeyLiteral(model, tenantKey);
  const isRootThere = await rootIsThere(client, planned, key);
  // What is there says its own state; a tenant that comes back whole comes back suspended.
  const plan = isRootThere ? { ...planned, substitutions: [] } : planned;
  const expected = new Map<string, WriteCounts>();
  const add = (table: string, inserted: number, updated = 0) => {
    const before = expected.get(table) ?? { inserted: 0, updated: 0, deleted: 0 };
    if (inserted + updated > 0)
      expected.set(table, {
        ...before,
        inserted: before.inserted + inserted,
        updated: before.updated + updated,
      });
  };
  if (model.triggers === "off") await client.query("SET LOCAL session_replication_role = replica");
  const common = await settleCommonRows(client, plan, context);
  for (const [table, rows] of common.created) add(table, rows);
  const remap = await fillRemap(
    client,
    request,
    { ...plan, integers: plan.scan!.integers },
    {
      ids: "kept",
      importKey: "0".repeat(64),
      tenant: { oldKey: tenantKey, newKey: tenantKey },
      substitutions: plan.substitutions.map(({ table, column, values }) => ({
        table,
        column,
        values: { ...values },
      })),
      integers: {},
      common: common.ids,
    },
    context,
  );
  const { transforms, dangling } = columnTransforms(plan.remap, remap, plan.manifest);
  const members = recordedMembers(ground, catalog, model, tenantKey);
  const landing = missingRows(client, catalog, model, leftOf(ground, members, catalog));
  await loadTables(
    client,
    {
      source: request.source,
      trust: request.trust ?? [],
      sha256: plan.scan!.sha256,
      proof: "members",
      totalRows: plan.scan!.seal.totals.rows,
      catalog,
      checkedCycles: [],
      binary: model.triggers === "off",
      landing,
      transforms,
    },
    context,
  );
  for (const [table, rows] of landing.inserted) add(table, rows);
  const nulled = ground.erasure === null ? [] : await readNulled(client, tenantKey);
  const pointers = await restorePointers(client, catalog, nulled);
  for (const [table, rows] of pointers.updated) add(table, 0, rows);

  await client.query("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL search_path TO pg_catalog");
  await advanceSequences(client, catalog, model.loadOrder);
  await lockOutsideRows(client, catalog, model, key, landing.inserted, new Map(), plan.remap);
  const findings: Finding[] = [];
  for (const table of model.loadOrder)
    findings.push(
      ...(await referencesHold(client, catalog, model, table, key)),
      ...(model.triggers === "off" ? await deferrableKeysHold(client, catalog, model, table, key) : []),
    );
  const digests = digestsOf(plan.manifest, plan.scan!.seal);
  const differs = await differsFromBundle(client, catalog, model, key, digests, context);
  // Its state is another than the bundle's, as it must be; there is one, and it was inserted just now.
  const isMeant = ({ where, count }: Finding) => !isRootThere && where === model.tenant.table && count === 0;
  findings.push(...differs.filter((finding) => !isMeant(finding)).map(notTheBundles));
  if (blocks(findings)) throw new Refusal(findings);
  for (const statement of ground.erasure === null
    ? []
    : erasureCleanup(
        tenantKey,
        members.map(({ record }) => record),
      ))
    await client.query(statement);
  const written = [...pointers.updated.values()].reduce((sum, rows) => sum + rows, 0);
  return {
    value: {
      tables: [...landing.inserted].map(([table, rows]) => ({ table, rows })),
      pointers: { restored: written, left: pointers.left },
      findings: [...plan.findings, ...dangling(), ...findings],
    },
    expected,
  };
}

async function rootIsThere(
  client: pg.ClientBase,
  { target: { model } }: ImportPlan,
  key: string,
): Promise<boolean> {
  const root = model.tenant.table === null ? undefined : model.tables.get(model.tenant.table);
  if (root === undefined) return true;
  const { rows } = await client.query(
    `SELECT FROM ${quoteQualified(root.schema, root.name)} WHERE ${quoteIdentifier(model.tenant.key)} = ${key}`,
  );
  return rows.length > 0;
}

function notTheBundles(finding: Finding): Finding {
  return {
    ...finding,
    code: "rows-differ-from-bundle",
    todo: "Nothing was changed. Rows that the delete has left are not those of the bundle any more: look who has written past the fence, and compare the tenant with the bundle.",
  };
}

function allGone(where: string): Finding {
  return {
    code: "schema-gone",
    severity: "blocks",
    where,
    what: "All of the tenant is gone, and its schema with it: there is nothing to put missing rows into.",
    todo: "Restore it whole: that makes the schema anew.",
  };
}

function otherTenant(where: string): Finding {
  return {
    code: "bundle-of-another",
    severity: "blocks",
    where,
    what: "The bundle is of another tenant.",
    todo: "Choose the bundle that the delete was planned with.",
  };
}

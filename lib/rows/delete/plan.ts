/**
 * What deleting a tenant would do, computed read-only: which rows of which tables and by which way, who points at them,
 * what fires, what is lost for good. The same for the page, for the reviewer and for the run.
 */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import type { TableClass, TenancyModel } from "../../tenancy/model.ts";
import { pathChecks, pathDisagreements } from "../export/paths-agree.ts";
import { type Fence, readFence } from "../fence/fence.ts";
import type { RunContext } from "../run-context.ts";
import { type Tenant, tenantKeyLiteral } from "../tenant.ts";
import { childIndexFindings } from "./child-indexes.ts";
import { countDoomed, type Loss } from "./count-doomed.ts";
import { deleteRights } from "./delete-rights.ts";
import { ruleFindings } from "./delete-rules.ts";
import { type Doomed, doomedTables, pathInWords } from "./doomed-tables.ts";
import { schemaStoodOn } from "./drop-schema.ts";
import type { Erasure } from "./erasure.ts";
import { type FiringTrigger, firingTriggers, triggerFindings } from "./firing-triggers.ts";
import { pointerFindings } from "./pointer-findings.ts";
import { type Pointer, type PointerIn, pointersInto, strangersPointing } from "./pointers-in.ts";
import type { DeleteRequest } from "./request.ts";
import { scopeFindings } from "./scope-findings.ts";
import { standsFence } from "./stands-fence.ts";
import { tenantGround } from "./tenant-ground.ts";

export interface DoomedTable {
  readonly table: string;
  readonly class: TableClass;
  /** Exact where the tenant is fenced; those of excluded tables as of the plan. */
  readonly rows: number;
  /** Estimated: their share of the table with its indexes. */
  readonly bytes: number;
  /** The columns that lead to the tenant's key. */
  readonly path: string;
  /** Whether a bundle has them. */
  readonly bundled: boolean;
  /** Tables of one circle have the same. */
  readonly group: number;
}

export interface DeletePlan {
  readonly tenant: Tenant;
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly fence: Fence | null;
  /** In the order in which they lose rows: children first, the root last. */
  readonly tables: readonly DoomedTable[];
  readonly pointers: readonly PointerIn[];
  readonly triggers: readonly FiringTrigger[];
  readonly losses: readonly Loss[];
  /** The tenant's own schema, which goes when it is empty; null where rows lie in common tables. */
  readonly schema: string | null;
  readonly estimate: DeleteEstimate;
  readonly findings: readonly Finding[];
}

export interface DeleteEstimate {
  readonly rows: number;
  readonly batches: number;
  readonly milliseconds: number;
}

/** What the plan was made of, for whoever carries it out. */
export interface DeleteGround {
  readonly plan: DeletePlan;
  readonly doomed: readonly Doomed[];
  readonly pointers: readonly Pointer[];
  /** Of a delete that has begun. */
  readonly erasure: Erasure | null;
}

/**
 * Reads catalog, tenant and counts on the session given; writes nothing.
 *
 * @throws Refusal where the model blocks or the tenant is not there; whatever else blocks stands in the plan
 */
export async function planDelete(
  client: pg.ClientBase,
  request: DeleteRequest,
  context: RunContext,
): Promise<DeletePlan> {
  return (await groundOf(client, request, context)).plan;
}

/** The plan with what it was made of. */
export async function groundOf(
  client: pg.ClientBase,
  request: DeleteRequest,
  context: RunContext,
): Promise<DeleteGround> {
  const { whole, catalog, model, tenant, erasure } = await tenantGround(client, request);
  const doomed = doomedTables(catalog, model);
  const pointers = pointersInto(catalog, model, doomed);
  const nulled = pointers.filter((pointer) => request.answers.pointers[pointer.id] === "null");
  const rights = deleteRights(
    catalog,
    {
      doomed: doomed.map(({ table }) => table),
      nulled: nulled.map(({ from }) => from),
      looked: pointers.map(({ from }) => from),
    },
    request.role ?? "writes",
  );
  if (blocks(rights)) throw new Refusal(rights);

  const key = tenantKeyLiteral(model, tenant.key);
  const fence = await readFence(client, tenant.key);
  const counted = await countTables(client, model, doomed, key, erasure, context);
  const pointing = await countPointers(client, model, pointers, key, request, context);
  const triggers = firingTriggers(
    catalog,
    doomed,
    request.answers,
    nulled.map(({ from }) => from),
  );
  const disagreements: Finding[] = [];
  // A row of two tenants' goes for both of them.
  for (const check of pathChecks(catalog, model, key))
    for (const found of await pathDisagreements(client, check))
      disagreements.push({ ...found, severity: "blocks" });
  const oids = (tables: readonly { readonly oid: number }[]) => tables.map(({ oid }) => oid);
  const stoodOn =
    catalog.tenantSchema === undefined ? null : await schemaStoodOn(client, catalog.tenantSchema.name);
  const damage =
    fence?.state === "held" ? await standsFence(client, model, tenant.key, erasure !== null) : null;
  const findings = [
    ...(damage === null ? [] : [damage]),
    ...(stoodOn === null ? [] : [stoodOn]),
    ...(fence?.state === "held" ? [] : [notFenced(tenant)]),
    ...model.findings,
    ...scopeFindings(whole, catalog, model, doomed, request.platform),
    ...pointerFindings(pointing),
    ...disagreements,
    ...triggerFindings(triggers),
    ...(await ruleFindings(
      client,
      oids(doomed.map(({ table }) => table)),
      oids(nulled.map(({ from }) => from)),
    )),
    ...childIndexFindings(catalog, doomed, new Map(counted.tables.map(({ table, rows }) => [table, rows]))),
  ];
  const plan: DeletePlan = {
    tenant,
    catalog,
    model,
    fence,
    tables: counted.tables,
    pointers: pointing,
    triggers,
    losses: counted.losses,
    schema: catalog.tenantSchema?.name ?? null,
    estimate: estimateOf(counted.tables),
    findings,
  };
  return { plan, doomed, pointers, erasure };
}

async function countTables(
  client: pg.ClientBase,
  model: TenancyModel,
  doomed: readonly Doomed[],
  key: string,
  erasure: Erasure | null,
  context: RunContext,
): Promise<{ tables: DoomedTable[]; losses: Loss[] }> {
  const tables: DoomedTable[] = [];
  const losses: Loss[] = [];
  let total = 0;
  for (const each of doomed) {
    context.signal.throwIfAborted();
    const { table, model: modelTable, group } = each;
    const counted = await countDoomed(client, model, each, key);
    // Of rows that are recorded and whose parents are gone no path tells any more.
    const begun = erasure?.tables.find((each) => each.table === table.id);
    const rows = begun === undefined ? counted.rows : begun.recorded - begun.deleted;
    total += rows;
    context.progress({ phase: "counting", table: table.id, rows: total, bytes: 0, totalRows: null });
    losses.push(...counted.losses);
    const share = table.estimatedRows === null || table.estimatedRows === 0 ? 1 : rows / table.estimatedRows;
    tables.push({
      table: table.id,
      class: modelTable.class,
      rows,
      bytes: rows === 0 ? 0 : Math.round(table.bytes * Math.min(1, share)),
      path: pathInWords(modelTable),
      bundled: modelTable.class !== "excluded",
      group,
    });
  }
  return { tables, losses };
}

async function countPointers(
  client: pg.ClientBase,
  model: TenancyModel,
  pointers: readonly Pointer[],
  key: string,
  { answers }: DeleteRequest,
  context: RunContext,
): Promise<PointerIn[]> {
  const found: PointerIn[] = [];
  for (const pointer of pointers.filter(({ ownersOwn }) => !ownersOwn)) {
    context.signal.throwIfAborted();
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::float8 AS count FROM ${strangersPointing(model, pointer, key)}`,
    );
    const { count } = rows[0]!;
    if (count === 0) continue;
    found.push({
      id: pointer.id,
      from: { table: pointer.from.id, columns: pointer.columns },
      to: { table: pointer.to.id, columns: pointer.targetColumns },
      kind: pointer.kind,
      foreignKey: pointer.foreignKey,
      onDelete: pointer.onDelete,
      rows: count,
      nullable: pointer.nulls !== null,
      answer: answers.pointers[pointer.id] ?? null,
    });
  }
  return found;
}

/** Rows a second with indexes and foreign keys checked, and a batch of about a quarter of a second: measured. */
const ROWS_A_SECOND = 60_000;
const ROWS_A_BATCH = ROWS_A_SECOND / 4;
/** A statement, its proof and its commit. Milliseconds. */
const A_TABLE = 20;

function estimateOf(tables: readonly DoomedTable[]): DeleteEstimate {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return {
    rows,
    batches: tables.reduce((sum, table) => sum + Math.ceil(table.rows / ROWS_A_BATCH), 0),
    milliseconds: Math.round((rows / ROWS_A_SECOND) * 1_000) + tables.length * A_TABLE,
  };
}

function notFenced(tenant: Tenant): Finding {
  return {
    code: "not-fenced",
    severity: "blocks",
    where: tenant.slug ?? tenant.key,
    what: "The tenant's writes are not fenced: what is counted now may not be what is there later.",
    todo: "Suspend it with the fence, and plan again.",
  };
}

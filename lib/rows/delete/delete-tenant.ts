/**
 * Deletes one tenant's rows, and nobody else's, in batches that each stand for themselves. It may be called again after
 * whatever has ended it (a pause, a crash, a lost connection, another worker): it goes on from its own checkpoint, which
 * lies beside the rows.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { blocks, Refusal } from "../../findings/finding.ts";
import { connect, describeDatabaseError } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import { readSchemaMark } from "../import/schema-mark.ts";
import type { RunContext } from "../run-context.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import { deleteBatch } from "./batch.ts";
import type { BundleDigests } from "./bundle-digests.ts";
import { deleteFinding } from "./delete-findings.ts";
import { dropTenantSchema } from "./drop-schema.ts";
import { type NulledPointer, readErasure, readNulled } from "./erasure.ts";
import { goOnUnder, schemaChanged } from "./go-on-under.ts";
import { type GovernedBatch, type Governor, governor } from "./govern.ts";
import { DEFAULT_LIMITS } from "./governor.ts";
import { groupsOf, type Member, membersOf } from "./member.ts";
import { nullBatch, pointersToNull } from "./null-pointers.ts";
import { asRecorded } from "./older-records.ts";
import { fenceGone, type Writer } from "./own-transaction.ts";
import { type DeleteGround, groundOf } from "./plan.ts";
import { recordRows } from "./record.ts";
import type { DeleteRequest } from "./request.ts";
import { retried } from "./retried.ts";
import { shapeNow } from "./shape-now.ts";
import { shapeOf } from "./shape-of.ts";
import type { GovernorSettings } from "./signals.ts";
import { standsFence } from "./stands-fence.ts";
import { isUnfenced, recordStragglers } from "./stragglers.ts";
import { takeOver } from "./take-over.ts";

export interface DeleteRun {
  /** Connection string of the role that owns the fence. */
  readonly url: string;
  /** What the live rows are compared with, once more, before the first one goes. */
  readonly bundle: BundleDigests;
  /** Keeps the transaction's id where a crash does not reach it; called right before each COMMIT. */
  readonly committing: (transaction: string) => Promise<void>;
  /** Between two batches, when nothing is open: throws where the run is to pause or to stop. */
  readonly breathe: () => Promise<void>;
  readonly governor?: GovernorSettings;
  /** Told of each batch that is committed. */
  readonly told?: (batch: GovernedBatch) => void;
}

export interface DeleteResult {
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  /** What was set to NULL in rows that stay; a restore sets it back. */
  readonly nulled: readonly NulledPointer[];
}

/**
 * @throws Refusal with what stopped it; what was deleted before stays deleted, and the rest is as it was
 */
export async function deleteTenant(
  request: DeleteRequest & DeleteRun,
  context: RunContext,
): Promise<DeleteResult> {
  const client = await connect(request.url, { applicationName: "tenantry delete", signal: context.signal });
  try {
    await pinSession(client);
    await client.query("SET lock_timeout = '2s'");
    return await run(client, request, context);
  } catch (error) {
    throw deleteFinding(error, client.database ?? "", context.signal);
  } finally {
    await client.end();
  }
}

async function run(
  client: pg.Client,
  request: DeleteRequest & DeleteRun,
  context: RunContext,
): Promise<DeleteResult> {
  const { tenantKey, answers } = request;
  const epoch = await retried(context, () => takeOver(client, tenantKey, context));
  const ground = await groundOf(client, request, context);
  const { plan, doomed, pointers, erasure } = ground;
  if (blocks(plan.findings)) throw new Refusal(plan.findings.filter(({ severity }) => severity === "blocks"));
  const writer: Writer = {
    client,
    url: request.url,
    catalog: plan.catalog,
    tenantKey,
    epoch,
    declared: plan.triggers.flatMap(({ declared }) => declared ?? []),
    committing: request.committing,
    statementTimeout: request.governor?.statementTimeout ?? DEFAULT_LIMITS.statementTimeout,
    context,
  };
  const meant = membersOf(tenantKey, doomed, pointers, erasure);
  const members = erasure === null ? meant : await asRecorded(client, tenantKey, meant);
  const shape = shapeOf(plan.catalog, plan.model, doomed, pointers);
  const tenantKeySql = tenantKeyLiteral(plan.model, tenantKey);
  if (erasure === null)
    await retried(context, () =>
      recordRows(
        writer,
        plan.model,
        members,
        { slug: plan.tenant.slug, shape, bundle: request.bundle, tenantKeySql },
        context,
      ),
    );
  else if (erasure.shape !== shape) await goOnUnder(writer, shape, plan, erasure);

  const work: Work = {
    writer,
    ground,
    members,
    tenantKeySql,
    shape,
    mark: null,
    looked: 0,
    request,
    context,
  };
  const govern = governor(client, request, context);
  for (const { pointer, target } of pointersToNull(pointers, members, answers.pointers))
    await nullAll(work, govern, pointer, target);
  for (const group of groupsOf(members)) await deleteGroup(work, govern, group);
  const nulled = await readNulled(client, tenantKey);
  const done = (await readErasure(client, tenantKey))!;
  await dropTenantSchema(writer, doomed);
  return { tables: done.tables.map(({ table, deleted }) => ({ table, rows: deleted })), nulled };
}

interface Work {
  readonly writer: Writer;
  readonly ground: DeleteGround;
  readonly members: readonly Member[];
  readonly tenantKeySql: string;
  readonly shape: string;
  /** Of the schema when it was last looked at, and when that was. */
  mark: string | null;
  looked: number;
  readonly request: DeleteRequest & DeleteRun;
  readonly context: RunContext;
}

async function nullAll(
  { writer, ground, tenantKeySql, context }: Work,
  govern: Governor,
  pointer: DeleteGround["pointers"][number],
  target: Member,
): Promise<void> {
  const { model } = ground.plan;
  for (let rows = 1; rows > 0; ) {
    const batch = await govern.next(pointer.from, (size) =>
      retried(context, async () => ({
        rows: await nullBatch(writer, model, pointer, target, tenantKeySql, size),
      })),
    );
    rows = batch.rows;
  }
}

/** Attempts at rows that somebody points at anew: those that the fence does not hold, sessions for one. */
const PASSES = 5;

async function deleteGroup(work: Work, govern: Governor, group: readonly Member[]): Promise<void> {
  const { writer, ground, tenantKeySql, context } = work;
  const { client, tenantKey } = writer;
  const { model } = ground.plan;
  await stillStands(work);
  let passes = 0;
  for (;;) {
    const state = await readErasure(client, tenantKey);
    if (state === null) throw new Refusal(fenceGone(tenantKey));
    const { places, upto: from } = state.groups.find((each) => each.group === group[0]!.doomed.group)!;
    let upto = from;
    try {
      while (upto < places) {
        const after = upto;
        const batch = await govern.next(group[0]!.doomed.table, (size) =>
          retried(context, () =>
            deleteBatch(writer, model, group, tenantKeySql, { after, rows: size, places }),
          ),
        );
        upto = batch.upto;
        if (performance.now() - work.looked > LOOK_AGAIN) await stillStands(work);
      }
      return;
    } catch (error) {
      // foreign_key_violation: a row that came after the records were made.
      if (!isViolation(error) || ++passes > PASSES) throw error;
      await sleep(100 * passes, undefined, { signal: context.signal });
      await afterStragglers(work, govern);
    }
  }
}

/** Sessions that were opened since, and pointers that were set anew: they go, or are set to NULL, like those before. */
async function afterStragglers(work: Work, govern: Governor): Promise<void> {
  const { writer, ground, members, tenantKeySql, request, context } = work;
  for (const { pointer, target } of pointersToNull(ground.pointers, members, request.answers.pointers))
    await nullAll(work, govern, pointer, target);
  for (const group of groupsOf(members).filter(isUnfenced)) {
    await retried(context, () => recordStragglers(writer, ground.plan.model, group, tenantKeySql));
    await deleteGroup(work, govern, group);
  }
}

/** Between two looks at fence and schema, which cost as much as half a batch's fixed part. Milliseconds. */
const LOOK_AGAIN = 2_000;

/** Nobody has taken the fence's triggers away, and the schema is the one that was looked at. */
async function stillStands(work: Work): Promise<void> {
  const { writer, ground, shape, request, context } = work;
  const { client, catalog } = writer;
  work.looked = performance.now();
  const damage = await standsFence(client, ground.plan.model, writer.tenantKey, true);
  if (damage !== null) throw new Refusal(damage);
  const mark = await readSchemaMark(client);
  context.signal.throwIfAborted();
  if (mark === work.mark) return;
  // Somebody's temporary table changes the mark as well.
  if ((await shapeNow(client, request)) !== shape) throw new Refusal(schemaChanged(catalog.database.name));
  work.mark = mark;
}

function isViolation(error: unknown): boolean {
  return describeDatabaseError(error).sqlstate === "23503";
}

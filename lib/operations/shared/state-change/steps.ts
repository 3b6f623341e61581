/** One guarded UPDATE of the platform's own state column, in a transaction that proves that it was the only write. */
import type pg from "pg";
import { z } from "zod";
import { readCatalog } from "../../../catalog/read.ts";
import type { StepContext } from "../../../engine/contexts.ts";
import type { OperationStep } from "../../../engine/operation.ts";
import { Refusal } from "../../../findings/finding.ts";
import { connect } from "../../../postgres/connection.ts";
import { quoteIdentifier, quoteQualified } from "../../../postgres/identifiers.ts";
import { pinSession } from "../../../postgres/session.ts";
import { dropFence, holdFence, readFence } from "../../../rows/fence/fence.ts";
import { guardedTransaction } from "../../../rows/guarded-transaction.ts";
import { deriveModel } from "../../../tenancy/derive-model.ts";
import type { TenancyModel } from "../../../tenancy/model.ts";
import { refreshTenant } from "../../census/list-tenant.ts";
import { orUnknown, outcomeOf, whileLocked } from "../committed.ts";
import { effectsOf } from "../run-context.ts";
import { called, readState } from "../tenant.ts";
import type { StateChangeKind } from "./kinds.ts";

const checkpoint = z.object({ transaction: z.string().nullable(), undo: z.string().nullable() });
type Checkpoint = z.infer<typeof checkpoint>;

const NOTHING: Checkpoint = { transaction: null, undo: null };

const FENCE_RESULT = {
  suspend: "The database refuses every write to the tenant's rows, with SQLSTATE MV001, until it is resumed.",
  resume: "The fence is down: the database takes writes to the tenant's rows again.",
} as const;

const TITLES = {
  suspend: "Set the tenant's state to suspended",
  resume: "Set the tenant's state back",
} as const;

/** A suspend sets the state and then fences, a resume the other way round: our own UPDATE is a write, too. */
export function stateChangeSteps(kind: StateChangeKind, fence: boolean): readonly OperationStep[] {
  const state: OperationStep = {
    name: "change state",
    title: TITLES[kind],
    reversibility: "reversible",
    run: (context) => move(context, "transaction"),
    undo: (context) => takeBack(context),
    reconcile: (context) => reconcile(context),
  };
  if (!fence) return [state];
  return kind === "suspend" ? [state, putUp] : [takeDown, state];
}

const putUp: OperationStep = {
  name: "fence",
  title: "Have the database refuse the tenant's writes",
  reversibility: "reversible",
  run: (context) => fenced(context, true),
  undo: (context) => fenced(context, false),
  reconcile: async (context) => ((await isFenced(context)) ? "done" : "not done"),
};

const takeDown: OperationStep = {
  name: "fence",
  title: "Have the database take the tenant's writes again",
  reversibility: "reversible",
  run: (context) => fenced(context, false),
  undo: (context) => fenced(context, true),
  reconcile: async (context) => ((await isFenced(context)) ? "not done" : "done"),
};

/** Both ways may be begun anew after a crash: what stands, or is gone, is left so. */
async function fenced(context: StepContext, up: boolean): Promise<void> {
  const key = context.plan.tenant.key ?? "";
  await withPlatform(context, async (client, model) => {
    const hands = {
      signal: context.signal,
      sideEffect: effectsOf(context, () => true),
    };
    await whileLocked(context, () =>
      up ? holdFence(client, model, key, hands) : dropFence(client, key, hands),
    );
    await context.effect("list fence", () => refreshTenant(context.records, client, context, model, key));
  });
}

async function isFenced(context: StepContext): Promise<boolean> {
  return withPlatform(
    context,
    async (client) => (await readFence(client, context.plan.tenant.key ?? "")) !== null,
  );
}

async function move(context: StepContext, slot: keyof Checkpoint): Promise<void> {
  const stored = stateOf(context);
  const { from, to } = wayOf(context, slot);
  await withPlatform(context, async (client, model) => {
    if (!(await tookEffect(context, client, model, stored[slot], to)))
      await change(context, client, model, { from, to }, (transaction) =>
        context.save({ ...stored, [slot]: transaction }),
      );
    await context.effect("list tenant", () =>
      refreshTenant(context.records, client, context, model, context.plan.tenant.key ?? ""),
    );
  });
  if (slot === "undo") return;
  await context.result({
    changed: [
      `${called(context.plan.tenant)} is ${to} in ${context.database.name}; it was ${from}.`,
      "One row was updated, and no other row of any table was touched.",
      ...(context.plan.options.fence === true ? [FENCE_RESULT[context.plan.kind as StateChangeKind]] : []),
    ],
  });
}

async function change(
  context: StepContext,
  client: pg.Client,
  model: TenancyModel,
  { from, to }: { readonly from: string; readonly to: string },
  committing: (transaction: string) => Promise<void>,
): Promise<void> {
  const root = model.tables.get(model.tenant.table ?? "");
  const declared = model.tenant.state;
  if (root === undefined || declared === null) throw new Error("the plan has found a state column");
  const column = quoteIdentifier(declared.column);
  const key = context.plan.tenant.key ?? "";
  const catalog = await readCatalog(client);
  try {
    await whileLocked(context, () =>
      guardedTransaction(
        client,
        {
          url: context.runnerUrl,
          lock: key,
          catalog,
          committing,
          async write() {
            const { rowCount } = await client.query(
              `UPDATE ${quoteQualified(root.schema, root.name)} SET ${column} = $1
              WHERE concat(${quoteIdentifier(model.tenant.key)}) = $2 AND ${column}::text = $3`,
              [to, key, from],
            );
            if (rowCount !== 1) throw new Refusal(changedMeanwhile(context, from));
            return {
              value: undefined,
              expected: new Map([[root.id, { inserted: 0, updated: 1, deleted: 0 }]]),
            };
          },
        },
        { signal: context.signal, sideEffect: effectsOf(context) },
      ),
    );
  } catch (error) {
    throw orUnknown(error, context);
  }
}

/** Whether an earlier attempt of this step has committed. */
async function tookEffect(
  context: StepContext,
  client: pg.Client,
  model: TenancyModel,
  transaction: string | null,
  to: string,
): Promise<boolean> {
  if (transaction === null) return false;
  const outcome = await outcomeOf(context, transaction);
  if (outcome !== "unknown") return outcome === "committed";
  // So long ago that the server has forgotten: the row itself tells.
  return (await readState(client, model, context.plan.tenant.key ?? "")) === to;
}

async function takeBack(context: StepContext): Promise<void> {
  const { transaction } = stateOf(context);
  if (transaction === null) return;
  const outcome = await withPlatform(context, (client, model) =>
    tookEffect(context, client, model, transaction, wayOf(context, "transaction").to),
  );
  if (outcome) await move(context, "undo");
}

async function reconcile(context: StepContext): Promise<"done" | "not done" | "unknown"> {
  const { transaction } = stateOf(context);
  if (transaction === null) return "not done";
  const outcome = await outcomeOf(context, transaction);
  if (outcome === "committed") return "done";
  return outcome === "aborted" ? "not done" : "unknown";
}

function stateOf(context: StepContext): Checkpoint {
  return checkpoint.safeParse(context.checkpoint).data ?? NOTHING;
}

function wayOf(context: StepContext, slot: keyof Checkpoint): { from: string; to: string } {
  const { from, to } = context.plan.options;
  if (typeof from !== "string" || typeof to !== "string")
    throw new Error("a plan without a way is never run");
  return slot === "undo" ? { from: to, to: from } : { from, to };
}

async function withPlatform<T>(
  context: StepContext,
  work: (client: pg.Client, model: TenancyModel) => Promise<T>,
): Promise<T> {
  const client = await connect(context.runnerUrl, {
    applicationName: "tenantry run",
    signal: context.signal,
  });
  try {
    await pinSession(client);
    return await work(client, deriveModel(await readCatalog(client), context.platform.file));
  } finally {
    await client.end();
  }
}

function changedMeanwhile({ database }: StepContext, from: string) {
  return {
    code: "state-changed-meanwhile",
    severity: "blocks",
    where: database.name,
    what: `The tenant is not "${from}" any more, or not there any more: somebody has changed it since the plan.`,
    todo: "Plan again and look at the state that it has now.",
  } as const;
}

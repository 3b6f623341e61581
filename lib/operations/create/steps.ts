/** Inserts the new tenant's rows in one guarded transaction, or lets the platform's command make it, and lists it. */
import type pg from "pg";
import { z } from "zod";
import { readCatalog } from "../../catalog/read.ts";
import type { StepContext } from "../../engine/contexts.ts";
import { OutcomeUnknown } from "../../engine/interrupts.ts";
import type { OperationStep } from "../../engine/operation.ts";
import { blocks, Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import { guardedTransaction } from "../../rows/guarded-transaction.ts";
import { findTenant } from "../../rows/tenant.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { viewOfFirst } from "../../tenancy/tenant-schema.ts";
import { nameTenant, refreshTenant } from "../census/list-tenant.ts";
import { allowedCommand, runCommand } from "../shared/commands.ts";
import { orUnknown, outcomeOf, whileLocked } from "../shared/committed.ts";
import { effectsOf } from "../shared/run-context.ts";
import type { Subject } from "../shared/subject.ts";
import { called } from "../shared/tenant.ts";
import { createInput } from "./input.ts";
import { insertRows } from "./insert.ts";
import { newRows } from "./rows.ts";

const checkpoint = z.object({ transaction: z.string() });

const RUN_COMMAND = "run command";

/** @param commandsFile the worker's own list of commands */
export function createSteps(commandsFile: string | null): readonly OperationStep[] {
  return [
    {
      name: "create",
      title: "Create the tenant and prove that nothing else was written",
      reversibility: "irreversible",
      run: (context) => create(context, commandsFile),
      reconcile,
    },
  ];
}

type Platform = Pick<Subject, "catalog" | "model"> & { readonly client: pg.Client };

async function create(context: StepContext, commandsFile: string | null): Promise<void> {
  await withPlatform(context, async (platform) => {
    const creation = context.platform.file.create;
    if (creation === undefined) throw new Error("a plan without a declared creation is never run");
    if ("command" in creation) await byCommand(context, platform, commandsFile, creation.command);
    else await byRows(context, platform, creation);
    if (!(await finish(context, platform))) throw new Refusal(notThere(context));
  });
}

/** The new tenant in the list, and what is to be said; false where there is none. */
async function finish(context: StepContext, platform: Platform): Promise<boolean> {
  const key = await keyOf(context, platform);
  if (key === null) return false;
  await context.effect("list tenant", async () => {
    await refreshTenant(context.records, platform.client, context, platform.model, key);
    await nameTenant(context.records, context.operationId, key);
  });
  const { command } = context.plan.options;
  const proof =
    typeof command === "string"
      ? `The platform's command ${command} made it; what it wrote was not counted.`
      : `${context.plan.estimate.rows ?? 0} rows were inserted, and no other row of any table was touched.`;
  await context.result({
    changed: [`${called(context.plan.tenant)} is in ${context.database.name}.`, proof],
    next: ["Resume the tenant when its customer may sign in, where it begins suspended."],
    links: { tenant: key },
  });
  return true;
}

async function byRows(
  context: StepContext,
  { client, catalog, model }: Platform,
  creation: Parameters<typeof newRows>[1],
): Promise<void> {
  const rows = newRows(catalog, creation, createInput.parse(context.input));
  if (blocks(rows.findings)) throw new Refusal(rows.findings);
  const stored = checkpoint.safeParse(context.checkpoint).data;
  if (stored !== undefined && (await tookEffect(context, stored.transaction))) return;
  try {
    await whileLocked(context, () =>
      guardedTransaction(
        client,
        {
          url: context.runnerUrl,
          lock: context.plan.tenant.slug ?? "",
          catalog,
          committing: (transaction) => context.save({ transaction }),
          async write() {
            const { key, expected } = await insertRows(client, catalog, model, rows);
            return { value: key, expected };
          },
        },
        { signal: context.signal, sideEffect: effectsOf(context) },
      ),
    );
  } catch (error) {
    throw orUnknown(error, context);
  }
}

/** A command that a worker has died in may be done, half done or still running: nobody starts it again by itself. */
async function byCommand(
  context: StepContext,
  platform: Platform,
  commandsFile: string | null,
  name: string,
): Promise<void> {
  if (context.unsettled.includes(RUN_COMMAND)) {
    if ((await keyOf(context, platform)) !== null) return;
    throw new OutcomeUnknown({
      code: "command-unanswered",
      severity: "warns",
      where: name,
      what: `A worker was lost while the command "${name}" ran, and the tenant is not there.`,
      todo: "Make sure that the command runs nowhere any more and look at what it has left, then reconcile.",
    });
  }
  const command = await allowedCommand(commandsFile, name);
  const { slug, name: tenantName, domains, key } = createInput.parse(context.input);
  const env = {
    DATABASE_URL: context.runnerUrl,
    TENANT_SLUG: slug,
    TENANT_NAME: tenantName,
    TENANT_DOMAINS: domains.join(","),
    ...(key === undefined ? {} : { TENANT_KEY: key }),
  };
  await context.effect(RUN_COMMAND, () => runCommand(command, env, context.signal));
}

/** Its own transaction is asked; a command left none, and then the tenant itself tells, or is not there yet. */
async function reconcile(context: StepContext): Promise<"done" | "not done" | "unknown"> {
  const stored = checkpoint.safeParse(context.checkpoint).data;
  if (stored !== undefined && !(await tookEffect(context, stored.transaction))) return "not done";
  if (stored === undefined && !context.unsettled.includes(RUN_COMMAND)) return "not done";
  const listed = await withPlatform(context, (platform) => finish(context, platform));
  return listed ? "done" : "not done";
}

async function tookEffect(context: StepContext, transaction: string): Promise<boolean> {
  const outcome = await outcomeOf(context, transaction);
  if (outcome !== "unknown") return outcome === "committed";
  return withPlatform(context, async (platform) => (await keyOf(context, platform)) !== null);
}

/** The new tenant's key, found by its slug, or by the key itself where the platform has no slugs. */
async function keyOf({ plan }: StepContext, { client, model }: Platform): Promise<string | null> {
  const found = await findTenant(
    client,
    model,
    (model.tenant.slug === null ? plan.tenant.key : plan.tenant.slug) ?? "",
  );
  return "code" in found ? null : found.key;
}

async function withPlatform<T>(context: StepContext, work: (platform: Platform) => Promise<T>): Promise<T> {
  const client = await connect(context.runnerUrl, {
    applicationName: "tenantry run",
    signal: context.signal,
  });
  try {
    await pinSession(client);
    const catalog = viewOfFirst(await readCatalog(client), context.platform.file);
    return await work({ client, catalog, model: deriveModel(catalog, context.platform.file) });
  } finally {
    await client.end();
  }
}

function notThere({ database, plan }: StepContext) {
  return {
    code: "create-left-nothing",
    severity: "blocks",
    where: database.name,
    what: `The creation ended well, and there is no tenant "${plan.tenant.slug}".`,
    todo: "Look at what the platform's command or triggers do.",
  } as const;
}

/** Finalizers that a delete's run calls: each until its receiver says yes, once more than once where nobody knows. */
import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, inArray } from "drizzle-orm";
import type { StepContext } from "../../engine/contexts.ts";
import type { Finding } from "../../findings/finding.ts";
import { Refusal } from "../../findings/finding.ts";
import type { Records } from "../../records/client.ts";
import { recordsNow } from "../../records/clock.ts";
import type { FinalizerRecord } from "../../records/schema/tombstones.ts";
import { webhooks } from "../../records/schema/webhooks.ts";
import type { Finalizer } from "../../tenancy/platform-file-finalizers.ts";
import { CALL_TIMES, type CallTimes, type CallWebhook } from "../webhooks/call.ts";
import { ERASE_EVENT } from "../webhooks/events.ts";

type Called = Extract<Finalizer, { kind: "webhook" }>;

/** Tries of each in one go; then the run stops, and goes on when somebody resumes it. */
const TRIES = 5;
/** What is called has an enabled webhook of its name in the settings. */
export async function missingWebhooks(
  records: Pick<Records, "select">,
  finalizers: readonly Finalizer[],
): Promise<Finding[]> {
  const called = finalizers.filter((each): each is Called => each.kind === "webhook");
  if (called.length === 0) return [];
  const there = await records
    .select({ name: webhooks.name })
    .from(webhooks)
    .where(
      and(
        eq(webhooks.enabled, true),
        inArray(
          webhooks.name,
          called.map(({ webhook }) => webhook),
        ),
      ),
    );
  const names = new Set(there.map(({ name }) => name));
  return called
    .filter(({ webhook }) => !names.has(webhook))
    .map(({ name, webhook }) => ({
      code: "finalizer-webhook-missing",
      severity: "blocks",
      where: name,
      what: `The finalizer ${name} is called by the webhook "${webhook}", and there is none that is on.`,
      todo: "Add it under Settings, Webhooks, by this name; one that hears of nothing else chooses “a finalizer calls it” alone.",
    }));
}

/**
 * Calls one. The receiver gets the same id each time: it knows what it has done already.
 *
 * @throws Refusal `finalizer-refused` where it never said yes
 */
export async function callFinalizer(
  context: Pick<StepContext, "records" | "operationId" | "plan" | "signal" | "platform" | "breathe">,
  call: CallWebhook,
  { name, webhook }: Called,
  { firstWait }: Pick<CallTimes, "firstWait"> = CALL_TIMES,
): Promise<FinalizerRecord> {
  const payload = {
    event: ERASE_EVENT,
    finalizer: name,
    operation: { id: context.operationId },
    platform: context.platform.name,
    tenant: { key: context.plan.tenant.key, slug: context.plan.tenant.slug },
  };
  let status = "";
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    await context.breathe();
    const posted = await call(webhook, `${context.operationId}.${name}`, payload, context.signal);
    context.signal.throwIfAborted();
    if (posted.delivered) {
      const at = (await recordsNow(context.records)).toISOString();
      return { name, kind: "webhook", at, by: null };
    }
    status = posted.status;
    if (attempt < TRIES) await sleep(firstWait * 2 ** (attempt - 1), undefined, { signal: context.signal });
  }
  throw new Refusal({
    code: "finalizer-refused",
    severity: "blocks",
    where: name,
    what: `The finalizer ${name} was called ${TRIES} times and never said yes; the last time: ${status}.`,
    todo: "Mend its receiver, then resume the run: it is called again.",
  });
}

/**
 * Making a delivery: claimed by a compare-and-set on its number of tries, so that a job that comes twice tells once,
 * then sent, then written down. What fails gets its next job in the transaction that says so.
 */
import { and, eq, lt, lte, ne, sql } from "drizzle-orm";
import { secretContext } from "../../access/secret-context.ts";
import { Refusal } from "../../findings/finding.ts";
import { webhookDeliveries, webhooks } from "../../records/schema/webhooks.ts";
import type { Console } from "../console.ts";
import { nextTry } from "./backoff.ts";
import { type Posted, type PostOptions, post } from "./post.ts";
import { signedHeaders } from "./signature.ts";

type Hands = Pick<Console, "records" | "secrets" | "engine" | "config">;

const TIMEOUT_MS = 10_000;
/** While a try is under way nobody else takes it up; longer than a try can last. Seconds. */
const CLAIM = 60;
/** Deliveries that are over are kept so long. */
const KEPT = sql`now() - interval '30 days'`;

export type Delivered = "delivered" | "waiting" | "given_up" | "not due";

export async function deliver(
  { records, secrets, engine, config }: Hands,
  deliveryId: string,
  options: Partial<PostOptions> = {},
): Promise<Delivered> {
  const [claimed] = await records
    .update(webhookDeliveries)
    .set({
      tries: sql`${webhookDeliveries.tries} + 1`,
      triedAt: sql`now()`,
      nextTryAt: sql`now() + make_interval(secs => ${CLAIM})`,
    })
    .where(
      and(
        eq(webhookDeliveries.id, deliveryId),
        eq(webhookDeliveries.state, "waiting"),
        lte(webhookDeliveries.nextTryAt, sql`now() + interval '1 second'`),
      ),
    )
    .returning();
  if (claimed === undefined) return "not due";
  const [hook] = await records.select().from(webhooks).where(eq(webhooks.id, claimed.webhookId));
  if (hook === undefined) return "not due";
  const body = JSON.stringify(claimed.payload);
  let posted: Posted;
  try {
    const secret = secrets.open(hook.secret, secretContext.webhookSecret(hook.id));
    const headers = signedHeaders(secret, claimed.id, Math.floor(Date.now() / 1000), body);
    posted = await post(hook.url, headers, body, {
      allowed: config.webhookNetworks,
      timeoutMs: TIMEOUT_MS,
      ...options,
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    posted = { delivered: false, status: "secret cannot be read" };
  }
  const wait = posted.delivered || !hook.enabled ? null : nextTry(claimed.tries);
  const state = posted.delivered ? "delivered" : wait === null ? "given_up" : "waiting";
  await engine.queue.ready();
  await records.transaction(async (tx) => {
    await tx
      .update(webhookDeliveries)
      .set({
        state,
        lastStatus: posted.status,
        nextTryAt: wait === null ? null : sql`now() + make_interval(secs => ${wait})`,
      })
      .where(and(eq(webhookDeliveries.id, claimed.id), eq(webhookDeliveries.tries, claimed.tries)));
    if (wait !== null) await engine.queue.tell(tx, claimed.id, Math.ceil(wait));
  });
  engine.log(posted.delivered ? "info" : "warn", "webhook.tried", {
    delivery: claimed.id,
    webhook: hook.id,
    state,
    tries: claimed.tries,
    status: posted.status,
  });
  return state;
}

/** Those whose job was lost, or whose worker died: told now. And those that are long over go. */
export async function deliverDue(hands: Hands, signal: AbortSignal): Promise<number> {
  const due = await hands.records
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.state, "waiting"),
        lt(webhookDeliveries.nextTryAt, sql`now() - interval '1 minute'`),
      ),
    )
    .orderBy(webhookDeliveries.nextTryAt)
    .limit(100);
  for (const { id } of due) {
    signal.throwIfAborted();
    await deliver(hands, id, { signal });
  }
  await hands.records
    .delete(webhookDeliveries)
    .where(and(ne(webhookDeliveries.state, "waiting"), lt(webhookDeliveries.createdAt, KEPT)));
  return due.length;
}

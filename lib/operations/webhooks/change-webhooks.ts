/** Changing who is told outside (manage:policy). An address may hold a token: the audit trail has its host alone. */
import { and, eq, ne, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { secretContext } from "../../access/secret-context.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import type { Finding } from "../../findings/finding.ts";
import { type AuditEntry, recordAudit } from "../../records/audit.ts";
import type { RecordsTransaction } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { webhookDeliveries, webhooks } from "../../records/schema/webhooks.ts";
import type { Console } from "../console.ts";
import { addDelivery } from "./announce.ts";
import { TEST_EVENT, WEBHOOK_EVENTS } from "./events.ts";
import { generateWebhookSecret } from "./signature.ts";

type Hands = Pick<Console, "records" | "secrets" | "engine">;
type Hook = typeof webhooks.$inferSelect;

const LONGEST_NAME = 100;
const LONGEST_URL = 2000;

/**
 * Adds a webhook; the answer holds its secret, which is shown once. Where it leads is looked at when something is
 * delivered: a name may lead elsewhere by then. Refuses with `not-permitted`, `webhook-invalid`.
 */
export async function addWebhook(
  { records, secrets }: Pick<Hands, "records" | "secrets">,
  actor: Actor,
  given: { readonly name: string; readonly url: string; readonly events: readonly string[] },
): Promise<Answer<{ webhookId: string; secret: string }>> {
  if (!actor.permissions.has("manage:policy")) return refuse(notPermitted("manage:policy"));
  const wrong = whatIsWrong(given);
  if (wrong.length > 0) return refuse(...wrong);
  const id = newId();
  const secret = generateWebhookSecret();
  const url = new URL(given.url.trim());
  await records.transaction(async (tx) => {
    await tx.insert(webhooks).values({
      id,
      name: given.name.trim(),
      url: url.href,
      secret: secrets.seal(secret, secretContext.webhookSecret(id)),
      events: [...new Set(given.events)],
      createdBy: actor.personId,
    });
    await record(tx, actor, "webhook.added", id, { host: url.host, events: given.events });
  });
  return { ok: true, webhookId: id, secret };
}

export type WebhookAct = "pause" | "resume" | "remove" | "test";

/** Refuses with `not-permitted`, `webhook-unknown`. */
export async function actOnWebhook(
  hands: Pick<Hands, "records" | "engine">,
  actor: Actor,
  { webhookId, act }: { readonly webhookId: string; readonly act: WebhookAct },
): Promise<Answer> {
  if (!actor.permissions.has("manage:policy")) return refuse(notPermitted("manage:policy"));
  await hands.engine.queue.ready();
  return hands.records.transaction(async (tx): Promise<Answer> => {
    const [hook] = await tx.select().from(webhooks).where(eq(webhooks.id, webhookId)).for("update");
    if (hook === undefined) return refuse(webhookUnknown());
    await perform(hands, tx, hook, act);
    await record(tx, actor, ACTIONS[act], webhookId, { host: new URL(hook.url).host });
    return { ok: true };
  });
}

const ACTIONS: Readonly<Record<WebhookAct, string>> = {
  pause: "webhook.paused",
  resume: "webhook.resumed",
  remove: "webhook.removed",
  test: "webhook.tested",
};

async function perform(
  { engine }: Pick<Hands, "engine">,
  tx: RecordsTransaction,
  hook: Hook,
  act: WebhookAct,
): Promise<void> {
  const isIt = eq(webhooks.id, hook.id);
  switch (act) {
    case "pause":
      await tx.update(webhooks).set({ enabled: false }).where(isIt);
      return;
    case "resume":
      await tx.update(webhooks).set({ enabled: true }).where(isIt);
      return;
    case "remove":
      await tx.delete(webhooks).where(isIt);
      return;
    case "test":
      await addDelivery(tx, engine.queue, hook.id, TEST_EVENT, null);
      return;
  }
}

/** Sends a delivery once more, the same under the same id. Refuses with `not-permitted`, `delivery-unknown`. */
export async function sendAgain(
  { records, engine }: Pick<Hands, "records" | "engine">,
  actor: Actor,
  deliveryId: string,
): Promise<Answer> {
  if (!actor.permissions.has("manage:policy")) return refuse(notPermitted("manage:policy"));
  await engine.queue.ready();
  return records.transaction(async (tx): Promise<Answer> => {
    const [again] = await tx
      .update(webhookDeliveries)
      .set({ state: "waiting", tries: 0, nextTryAt: sql`now()` })
      .where(and(eq(webhookDeliveries.id, deliveryId), ne(webhookDeliveries.state, "waiting")))
      .returning();
    if (again === undefined) return refuse(deliveryUnknown());
    await engine.queue.tell(tx, deliveryId, 0);
    await record(tx, actor, "webhook.sent-again", again.webhookId, {
      delivery: deliveryId,
      event: again.event,
    });
    return { ok: true };
  });
}

function record(
  tx: RecordsTransaction,
  actor: Actor,
  action: string,
  id: string,
  data: NonNullable<AuditEntry["data"]>,
): Promise<string> {
  return recordAudit(tx, { actor, action, subject: { type: "webhook", id }, data });
}

function whatIsWrong({
  name,
  url,
  events,
}: {
  name: string;
  url: string;
  events: readonly string[];
}): Finding[] {
  const findings: Finding[] = [];
  if (name.trim() === "" || name.trim().length > LONGEST_NAME)
    findings.push(invalid("name", "A webhook has a name of up to 100 characters."));
  const fault = urlFault(url.trim());
  if (fault !== null) findings.push(invalid("url", fault));
  if (events.length === 0) findings.push(invalid("events", "Choose what it is to hear of."));
  if (!events.every((event) => (WEBHOOK_EVENTS as readonly string[]).includes(event)))
    findings.push(invalid("events", "There is no such event."));
  return findings;
}

function urlFault(text: string): string | null {
  const url = text.length <= LONGEST_URL && URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    return "This is no https address.";
  if (url.username !== "" || url.password !== "") return "An address holds no user and no password.";
  return url.hash === "" ? null : "An address ends before its #.";
}

function invalid(where: string, what: string): Finding {
  return {
    code: "webhook-invalid",
    severity: "blocks",
    where,
    what,
    todo: "Correct it and send the form again.",
  };
}

function webhookUnknown(): Finding {
  return {
    code: "webhook-unknown",
    severity: "blocks",
    where: "webhook",
    what: "There is no such webhook.",
    todo: "Load the page again to see those that there are.",
  };
}

function deliveryUnknown(): Finding {
  return {
    code: "delivery-unknown",
    severity: "blocks",
    where: "delivery",
    what: "This delivery is not there, or is still being tried.",
    todo: "Load the page again to see how it stands.",
  };
}

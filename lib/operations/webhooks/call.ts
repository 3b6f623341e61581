/** A webhook of the settings called at once, by its name, for a run that waits for the answer. */
import { and, asc, eq } from "drizzle-orm";
import type { SecretBox } from "../../access/secret-box.ts";
import { secretContext } from "../../access/secret-context.ts";
import type { Records } from "../../records/client.ts";
import { webhooks } from "../../records/schema/webhooks.ts";
import type { ConsoleConfig } from "../config.ts";
import { type Posted, post } from "./post.ts";
import { signedHeaders } from "./signature.ts";

/**
 * @param id by which the receiver knows a call that it has had already
 * @returns what came of it; not delivered where there is no enabled webhook of this name
 */
export type CallWebhook = (
  name: string,
  id: string,
  payload: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<Posted>;

/** Times of a call that a run waits for, in milliseconds. */
export interface CallTimes {
  /** After so long without an answer there was none. */
  readonly timeout: number;
  /** Before the second try of one that did not say yes; doubles. */
  readonly firstWait: number;
}

export const CALL_TIMES: CallTimes = { timeout: 30_000, firstWait: 500 };

export function webhookCaller(
  {
    records,
    secrets,
    config,
  }: {
    readonly records: Records;
    readonly secrets: SecretBox;
    readonly config: Pick<ConsoleConfig, "webhookNetworks">;
  },
  { timeout }: CallTimes = CALL_TIMES,
): CallWebhook {
  return async (name, id, payload, signal) => {
    const [hook] = await records
      .select()
      .from(webhooks)
      .where(and(eq(webhooks.name, name), eq(webhooks.enabled, true)))
      .orderBy(asc(webhooks.createdAt))
      .limit(1);
    if (hook === undefined) return { delivered: false, status: "no such webhook" };
    const secret = secrets.open(hook.secret, secretContext.webhookSecret(hook.id));
    const body = JSON.stringify(payload);
    const headers = signedHeaders(secret, id, Math.floor(Date.now() / 1000), body);
    return post(hook.url, headers, body, { allowed: config.webhookNetworks, timeoutMs: timeout, signal });
  };
}

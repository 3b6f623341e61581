/**
 * A delivery's headers, by the Standard Webhooks specification: HMAC-SHA256 over id, time and body, so that a receiver
 * knows who sent it, that nobody changed it, and whether it has seen it before. Pure.
 */
import { createHmac, randomBytes } from "node:crypto";

const PREFIX = "whsec_";

/** 32 random bytes, in the form that receivers' libraries take. */
export function generateWebhookSecret(): string {
  return PREFIX + randomBytes(32).toString("base64");
}

/** @param at Unix seconds: receivers refuse what is too old */
export function signedHeaders(secret: string, id: string, at: number, body: string): Record<string, string> {
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(at), "webhook-signature": `v1,${signature}` };
}

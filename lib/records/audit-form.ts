/** The form in which an audit entry is hashed. Changing it breaks every chain that was ever linked. */
import { createHash } from "node:crypto";
import { canonicalJson } from "../canonical/json.ts";
import type { auditEntries } from "./schema/audit-entries.ts";

export type StoredEntry = typeof auditEntries.$inferSelect;

/** What the first link follows. */
export const GENESIS = createHash("sha256").update("tenantry audit trail").digest("hex");

/** SHA-256 over the previous link's hash, the place and the entry, as RFC 8785 JSON; 64 lower-case hex digits. */
export function linkHash(previous: string, place: number, entry: StoredEntry): string {
  const form = { ...entry, at: entry.at.toISOString(), place, previous };
  return createHash("sha256").update(canonicalJson(form), "utf8").digest("hex");
}

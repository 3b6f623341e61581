/** Writing the audit trail: in the transaction of what is recorded, so that neither is there without the other. */
import { sql } from "drizzle-orm";
import type { RecordsSession } from "./client.ts";
import { newId } from "./id.ts";
import { auditEntries } from "./schema/audit-entries.ts";

/** A person (an `Actor` is one), or a part of the console: `{ personId: null, name: "worker" }`. */
export interface AuditActor {
  readonly personId: string | null;
  readonly name: string;
}

export interface AuditEntry {
  readonly actor: AuditActor;
  /** Stable code: `operation.approved`, `person.role-granted`. */
  readonly action: string;
  readonly subject: { readonly type: string; readonly id: string };
  readonly operationId?: string | null;
  readonly platformId?: string | null;
  readonly tenantKey?: string | null;
  /** Facts without personal data and without secrets. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Adds an entry and returns its id. Pass the transaction that changes what the entry is about. The time is the
 * server's clock and not the transaction's begin: entries of one transaction keep their order.
 */
export async function recordAudit(tx: RecordsSession, entry: AuditEntry): Promise<string> {
  const id = newId();
  await tx.insert(auditEntries).values({
    id,
    at: sql`clock_timestamp()`,
    actorId: entry.actor.personId,
    actorName: entry.actor.name,
    action: entry.action,
    subjectType: entry.subject.type,
    subjectId: entry.subject.id,
    operationId: entry.operationId ?? null,
    platformId: entry.platformId ?? null,
    tenantKey: entry.tenantKey ?? null,
    data: entry.data ?? {},
  });
  return id;
}

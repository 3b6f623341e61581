/** Walking the audit trail's chain when somebody asks for it; that it was done, and what came of it, is recorded. */
import { desc, eq } from "drizzle-orm";
import { z } from "zod";
import type { Actor } from "../../../lib/access/actor.ts";
import type { Finding } from "../../../lib/findings/finding.ts";
import type { Console } from "../../../lib/operations/console.ts";
import { recordAudit } from "../../../lib/records/audit.ts";
import { type ChainHead, verifyChain } from "../../../lib/records/audit-chain.ts";
import { auditEntries } from "../../../lib/records/schema/audit-entries.ts";

export interface VerifyState {
  readonly findings: readonly Finding[];
  /** What was walked; null where it was not. */
  readonly walked: { readonly links: number; readonly waiting: number; readonly head: string | null } | null;
}

const VERIFIED = "audit.verified";
const Verified = z.object({ head: z.object({ place: z.number(), hash: z.string() }) });

/** Walks of this process: each reads the whole trail, and a second at the same time would learn nothing. */
let walking = false;

export async function verifyTrail({ records }: Pick<Console, "records">, actor: Actor): Promise<VerifyState> {
  if (!actor.permissions.has("see")) return { findings: [notAllowed()], walked: null };
  if (walking) return { findings: [underWay()], walked: null };
  walking = true;
  try {
    const { findings, links, waiting, head } = await verifyChain(records, await seenBefore(records));
    await recordAudit(records, {
      actor,
      action: VERIFIED,
      subject: { type: "audit", id: "chain" },
      data: { holds: findings.length === 0, links, waiting, ...(findings.length === 0 ? { head } : {}) },
    });
    return { findings, walked: { links, waiting, head: head?.hash ?? null } };
  } finally {
    walking = false;
  }
}

/** The head of the last walk that held: a chain that has lost it since was cut or made anew. */
async function seenBefore(records: Console["records"]): Promise<ChainHead | undefined> {
  const [last] = await records
    .select({ data: auditEntries.data })
    .from(auditEntries)
    .where(eq(auditEntries.action, VERIFIED))
    .orderBy(desc(auditEntries.at))
    .limit(1);
  return Verified.safeParse(last?.data).data?.head;
}

function notAllowed(): Finding {
  return {
    code: "not-allowed",
    severity: "blocks",
    where: "audit trail",
    what: "You may not see the audit trail.",
    todo: "Ask an admin for a role.",
  };
}

function underWay(): Finding {
  return {
    code: "verify-under-way",
    severity: "blocks",
    where: "audit trail",
    what: "The chain is being verified already.",
    todo: "Wait for it to end; what came of it stands in the trail as audit.verified.",
  };
}

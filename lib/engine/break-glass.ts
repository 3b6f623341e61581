/**
 * Going past the reviewers, for emergencies: a permission of its own, a reason, the password typed again or a fresh sign-in. Everybody
 * who was skipped is told, every page that shows the operation says so, and a note is due afterwards.
 */
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import { recordAudit } from "../records/audit.ts";
import { breakGlass as glass } from "../records/schema/break-glass.ts";
import { type Answer, type Engine, type PersonProof, refuse } from "./engine.ts";
import { findOperation, movedMeanwhile, notInState } from "./findings.ts";
import { lockOperation } from "./lock-operation.ts";
import { notify } from "./notices.ts";
import { peopleWith } from "./people.ts";
import type { OperationPlan } from "./plan.ts";
import { readPolicy } from "./read-policy.ts";
import { said } from "./said.ts";
import { approvalFor } from "./send.ts";
import { consoleActor, moveOperation } from "./transition.ts";
import { phraseFinding, phraseOf } from "./typed-phrase.ts";

/**
 * Refuses with `not-permitted`, `reason-missing`, `phrase-differs`, `operation-state`, and with what stands against the person's proof:
 * `password-wrong`, `attempts-exceeded`, `sign-in-stale`.
 */
export async function breakGlass(
  engine: Engine,
  actor: Actor,
  request: { readonly operationId: string; readonly reason: string; readonly phrase?: string } & PersonProof,
): Promise<Answer> {
  const found = await findOperation(engine.records, actor, request.operationId, "break-glass");
  if (!found.ok) return found;
  const reason = request.reason.trim();
  if (reason === "") return refuse(reasonMissing());
  const operation = engine.registry.all.find(({ kind }) => kind === found.row.kind);
  const phrase = operation === undefined ? null : phraseOf(operation, found.row.plan as OperationPlan);
  const mistyped = phraseFinding(phrase, request.phrase);
  if (mistyped !== null) return refuse(mistyped);
  const unproven = await engine.confirmPerson(actor.personId, request);
  if (unproven.length > 0) return refuse(...unproven);
  await engine.queue.ready();
  const breaking = engine.records.transaction(async (tx): Promise<Answer> => {
    const row = await lockOperation(tx, request.operationId);
    if (row === null) return refuse(movedMeanwhile());
    if (row.state !== "in_review" || row.digest === null)
      return refuse(notInState("let past its reviewers", row.state, "in review"));
    const policy = await readPolicy(tx);
    const skipped = await peopleWith(tx, "review", row.requestedBy);
    const broken = {
      personId: actor.personId,
      reason,
      digest: row.digest,
      skipped,
      noteDueAt: sql`now() + make_interval(secs => ${policy.afterActionHours * 3600})`,
      note: null,
      notedAt: null,
    };
    await tx
      .insert(glass)
      .values({ operationId: row.id, ...broken })
      .onConflictDoUpdate({ target: glass.operationId, set: broken });
    await notify(
      tx,
      row.id,
      "broke-glass",
      skipped.filter((person) => person !== actor.personId),
    );
    await recordAudit(tx, {
      actor,
      action: "operation.glass-broken",
      subject: { type: "operation", id: row.id },
      operationId: row.id,
      platformId: row.platformId,
      tenantKey: row.tenantKey,
      data: { digest: row.digest, skipped: skipped.length },
    });
    const approved = await moveOperation(engine, tx, row, {
      to: "approved",
      by: "breaker",
      actor,
      set: approvalFor(policy),
      data: { glassBroken: true },
    });
    await moveOperation(engine, tx, approved!, {
      to: "queued",
      by: "policy",
      actor: consoleActor("policy"),
    });
    await engine.announce(tx, { event: "operation.broke-glass", operation: approved! });
    return { ok: true };
  });
  return said(engine, "operation.glass-broken", actor, { operation: request.operationId }, breaking);
}

/** The note that is due after glass was broken: what happened, and why it could not wait. Written once. */
export async function noteAfterAction(
  engine: Engine,
  actor: Actor,
  request: { readonly operationId: string; readonly note: string },
): Promise<Answer> {
  const found = await findOperation(engine.records, actor, request.operationId, "break-glass");
  if (!found.ok) return found;
  const note = request.note.trim();
  if (note === "") return refuse({ ...reasonMissing(), where: "note" });
  return engine.records.transaction(async (tx): Promise<Answer> => {
    const [noted] = await tx
      .update(glass)
      .set({ note, notedAt: sql`now()` })
      .where(and(eq(glass.operationId, request.operationId), isNull(glass.note)))
      .returning({ operationId: glass.operationId });
    if (noted === undefined) return refuse(movedMeanwhile());
    await recordAudit(tx, {
      actor,
      action: "operation.after-action-noted",
      subject: { type: "operation", id: request.operationId },
      operationId: request.operationId,
    });
    return { ok: true };
  });
}

function reasonMissing(): Finding {
  return {
    code: "reason-missing",
    severity: "blocks",
    where: "reason",
    what: "Say why it cannot wait for a review.",
    todo: "The people who are skipped will read it.",
  };
}

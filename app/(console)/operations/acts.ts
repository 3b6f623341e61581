/**
 * What the actions of an operation's page do, without Next: parse, hand to the engine, say where to go or what was
 * wrong. The engine authorises; nothing here trusts that a button was shown.
 */
import { eq } from "drizzle-orm";
import { z } from "zod";
import { links } from "../../../components/links.ts";
import { typedValues } from "../../../components/ui/typed.model.ts";
import type { Actor } from "../../../lib/access/actor.ts";
import { breakGlass, noteAfterAction } from "../../../lib/engine/break-glass.ts";
import type { Answer } from "../../../lib/engine/engine.ts";
import type { OperationPlan } from "../../../lib/engine/plan.ts";
import { planAgain, sendOperation } from "../../../lib/engine/plan-again.ts";
import { reconcileOperation } from "../../../lib/engine/reconcile.ts";
import { retryOperation } from "../../../lib/engine/retry.ts";
import { reviewOperation } from "../../../lib/engine/review.ts";
import { wishOperation } from "../../../lib/engine/wish.ts";
import { withdrawOperation } from "../../../lib/engine/withdraw.ts";
import type { Finding } from "../../../lib/findings/finding.ts";
import type { Console } from "../../../lib/operations/console.ts";
import { abortPhrase } from "../../../lib/queries/operation-acts.ts";
import { operations } from "../../../lib/records/schema/operations.ts";
import { unreadable } from "../form-unreadable.ts";
import type { FormState, Outcome } from "./form-state.ts";

/** What the acts need of the console. */
export type Hands = Pick<Console, "records" | "engine">;

const text = z.string().max(4000).default("");
const operationId = z.uuid();

const ActForm = z.discriminatedUnion("act", [
  z.object({
    act: z.enum(["withdraw", "pause", "resume", "retry", "reconcile", "plan-again"]),
    operationId,
  }),
  z.object({ act: z.literal("send"), operationId, digest: text, phrase: text }),
  z.object({ act: z.literal("abort"), operationId, phrase: text }),
]);
type Act = z.output<typeof ActForm>;

/** Withdraw, pause, resume, abort, retry, reconcile, plan again, send. */
export async function actOn(hands: Hands, actor: Actor, form: FormData): Promise<Outcome> {
  const parsed = ActForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const act = parsed.data;
  const wrong = act.act === "abort" ? await wrongPhrase(hands, act.operationId, act.phrase) : null;
  if (wrong !== null && actor.permissions.has("control:run")) return refused([wrong], form);
  return outcome(await perform(hands, actor, act), act.operationId, form);
}

function perform({ engine }: Hands, actor: Actor, act: Act): Promise<Answer> {
  const { operationId } = act;
  switch (act.act) {
    case "withdraw":
      return withdrawOperation(engine, actor, { operationId });
    case "pause":
    case "resume":
    case "abort":
      return wishOperation(engine, actor, { operationId, wish: act.act });
    case "retry":
      return retryOperation(engine, actor, { operationId });
    case "reconcile":
      return reconcileOperation(engine, actor, { operationId });
    case "plan-again":
      return planAgain(engine, actor, { operationId });
    case "send":
      return sendOperation(engine, actor, { operationId, digest: act.digest, phrase: act.phrase });
  }
}

/** Null where it is the phrase, or where there is no such operation, which the engine says better. */
async function wrongPhrase({ records }: Hands, id: string, typed: string): Promise<Finding | null> {
  const [row] = await records
    .select({ kind: operations.kind, plan: operations.plan })
    .from(operations)
    .where(eq(operations.id, id));
  if (row === undefined) return null;
  const { slug, key } = (row.plan as OperationPlan).tenant;
  const phrase = abortPhrase({ kind: row.kind, tenant: slug ?? key });
  if (typed.trim() === phrase) return null;
  return {
    code: "phrase-differs",
    severity: "blocks",
    where: "phrase",
    what: "What you typed is not the phrase.",
    todo: `Type “${phrase}” to abort this run.`,
  };
}

const ReviewForm = z.object({
  operationId,
  digest: text,
  decision: z.enum(["approve", "reject"], "Approve or reject."),
  intent: text,
  risk: text,
  rollback: text,
  reason: text,
  phrase: text,
});

/** One person's decision about the plan whose digest the form carries. */
export async function decideReview({ engine }: Hands, actor: Actor, form: FormData): Promise<Outcome> {
  const parsed = ReviewForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  return outcome(await reviewOperation(engine, actor, parsed.data), parsed.data.operationId, form);
}

const GlassForm = z.object({
  operationId,
  reason: text,
  phrase: text,
  password: z.string().max(1000).default(""),
});

/** Past the reviewers: a reason, and the password typed again or, without one, a fresh sign-in. */
export async function goPastReviewers(
  { engine }: Hands,
  { actor, vouchedAt }: { readonly actor: Actor; readonly vouchedAt: number | null },
  form: FormData,
): Promise<Outcome> {
  const parsed = GlassForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  return outcome(
    await breakGlass(engine, actor, { ...parsed.data, vouchedAt }),
    parsed.data.operationId,
    form,
  );
}

const NoteForm = z.object({ operationId, note: text });

/** The note that is due after glass was broken. */
export async function writeNote({ engine }: Hands, actor: Actor, form: FormData): Promise<Outcome> {
  const parsed = NoteForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  return outcome(await noteAfterAction(engine, actor, parsed.data), parsed.data.operationId, form);
}

function outcome(answer: Answer, id: string, form: FormData): Outcome {
  return answer.ok ? { ok: true, to: links.operation(id) } : refused(answer.findings, form);
}

function refused(
  findings: readonly Finding[],
  form: FormData,
): { readonly ok: false; readonly state: FormState } {
  return { ok: false, state: { findings, values: typedValues(form) } };
}

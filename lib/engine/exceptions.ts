/** Exceptions from the policy (manage:policy): granted with an owner, a reason and an end; ended early, never removed. */
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import { recordAudit } from "../records/audit.ts";
import { newId } from "../records/id.ts";
import { platforms } from "../records/schema/platforms.ts";
import { policyExceptions } from "../records/schema/policy-exceptions.ts";
import { tenants } from "../records/schema/tenants.ts";
import { reasonMissing } from "./change-policy.ts";
import { type Answer, type Engine, refuse } from "./engine.ts";
import { issueInWords } from "./issue-in-words.ts";
import type { AnyOperation } from "./operation.ts";
import { notPermitted, permissionsNow } from "./people.ts";
import { reviewRange } from "./policy.ts";
import { EXCEPTION_RULES, type ExceptionRule } from "./policy-in-force.ts";
import { policySchema } from "./policy-schema.ts";

/** Longer than this an exception is a policy. Days. */
export const LONGEST_EXCEPTION = 90;

const wish = z.object({
  kind: z.string().max(60),
  rule: z.enum(EXCEPTION_RULES),
  value: z.number(),
  platformId: z.uuid().nullable(),
  tenantKey: z.string().trim().min(1).max(500).nullable(),
  ownerId: z.uuid(),
  reason: z.string().max(4000),
  /** From now on. */
  days: z.number().positive().max(LONGEST_EXCEPTION),
});
export type ExceptionWish = z.input<typeof wish>;

/** Refuses with `not-permitted`, `reason-missing`, `exception-invalid`. */
export async function grantException(
  engine: Engine,
  actor: Actor,
  given: ExceptionWish,
): Promise<Answer<{ exceptionId: string }>> {
  if (!actor.permissions.has("manage:policy")) return refuse(notPermitted("manage:policy"));
  if (given.reason.trim() === "") return refuse(reasonMissing());
  const parsed = wish.safeParse(given);
  if (!parsed.success)
    return refuse(...parsed.error.issues.map((issue) => invalid(issue.path.join("."), issueInWords(issue))));
  const { days, ...asked } = parsed.data;
  const wrong = await whatIsWrong(engine, parsed.data);
  if (wrong !== null) return refuse(wrong);
  const exceptionId = newId();
  await engine.records.transaction(async (tx) => {
    const expiresAt = sql`now() + make_interval(secs => ${days * 86_400})`;
    await tx.insert(policyExceptions).values({
      id: exceptionId,
      ...asked,
      reason: asked.reason.trim(),
      grantedBy: actor.personId,
      expiresAt: expiresAt as unknown as Date,
    });
    await recordAudit(tx, {
      actor,
      action: "policy.exception-granted",
      subject: { type: "policy-exception", id: exceptionId },
      platformId: asked.platformId,
      tenantKey: asked.tenantKey,
      data: { kind: asked.kind, rule: asked.rule, value: asked.value, days, owner: asked.ownerId },
    });
  });
  return { ok: true, exceptionId };
}

/** Ends one before its time. Refuses with `not-permitted`, `exception-over`. */
export async function endException(engine: Engine, actor: Actor, exceptionId: string): Promise<Answer> {
  if (!actor.permissions.has("manage:policy")) return refuse(notPermitted("manage:policy"));
  return engine.records.transaction(async (tx): Promise<Answer> => {
    const [ended] = await tx
      .update(policyExceptions)
      .set({ endedAt: sql`now()`, endedBy: actor.personId })
      .where(
        and(
          eq(policyExceptions.id, exceptionId),
          isNull(policyExceptions.endedAt),
          gt(policyExceptions.expiresAt, sql`now()`),
        ),
      )
      .returning();
    if (ended === undefined) return refuse(over());
    await recordAudit(tx, {
      actor,
      action: "policy.exception-ended",
      subject: { type: "policy-exception", id: exceptionId },
      platformId: ended.platformId,
      tenantKey: ended.tenantKey,
    });
    return { ok: true };
  });
}

/** The rules of a kind that an exception may be made from. */
export function exceptionRules(operation: Pick<AnyOperation, "windows">): readonly ExceptionRule[] {
  return EXCEPTION_RULES.filter((rule) => rule === "reviews" || operation.windows?.includes(rule));
}

async function whatIsWrong(
  { records, registry }: Engine,
  { kind, rule, value, platformId, tenantKey, ownerId }: z.output<typeof wish>,
): Promise<Finding | null> {
  const operation = registry.all.find((each) => each.kind === kind);
  if (operation === undefined) return invalid("kind", "There is no such operation.");
  if (!exceptionRules(operation).includes(rule))
    return invalid("rule", `${operation.title} knows no such rule.`);
  const [least, most] = reviewRange(operation);
  if (rule === "reviews" && (!Number.isInteger(value) || value < least || value > most))
    return invalid("value", `${operation.title} takes ${least} to ${most} reviews.`);
  if (rule !== "reviews" && !policySchema.safeParse({ [rule]: value }).success)
    return invalid("value", "That is not a time that the policy could have.");
  if (tenantKey !== null && platformId === null)
    return invalid("platformId", "A tenant is one of a platform: choose it too.");
  if (platformId !== null) {
    const known = await records.$count(platforms, eq(platforms.id, platformId));
    if (known === 0) return invalid("platformId", "There is no such platform.");
  }
  if (platformId !== null && tenantKey !== null) {
    const here = and(eq(tenants.platformId, platformId), eq(tenants.key, tenantKey));
    if ((await records.$count(tenants, here)) === 0)
      return invalid("tenantKey", "No tenant of this platform has this key.");
  }
  const able = await permissionsNow(records, ownerId);
  return able.has("see") ? null : invalid("ownerId", "The owner is somebody who may sign in here.");
}

function invalid(where: string, message: string): Finding {
  return {
    code: "exception-invalid",
    severity: "blocks",
    where,
    what: message,
    todo: "Correct it and send the form again.",
  };
}

function over(): Finding {
  return {
    code: "exception-over",
    severity: "blocks",
    where: "exception",
    what: "There is no such exception in force.",
    todo: "Load the page again to see those that are.",
  };
}

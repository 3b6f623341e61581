/** Having a worker try migrations on a tenant's rows, and calling it off. */
import { z } from "zod";
import { links } from "../../../../../components/links.ts";
import { typedValues } from "../../../../../components/ui/typed.model.ts";
import type { Actor } from "../../../../../lib/access/actor.ts";
import type { Finding } from "../../../../../lib/findings/finding.ts";
import type { Console } from "../../../../../lib/operations/console.ts";
import { askEffect, cancelEffect } from "../../../../../lib/operations/effects/ask.ts";
import { unreadable } from "../../../form-unreadable.ts";
import type { Outcome } from "../../../operations/form-state.ts";

type Hands = Pick<Console, "records">;

const version = z.string().min(1).max(200);

const EffectForm = z
  .object({
    platformId: z.uuid(),
    bundleId: z.uuid(),
    version,
    to: version.optional(),
    personal: z.literal("yes").optional(),
    reason: z.string().max(500).default(""),
  })
  .transform(({ personal, ...form }) => ({
    ...form,
    to: form.to ?? form.version,
    personal: personal === "yes",
  }));

/** Leads to the page that waits for it, or shows what was seen already. */
export async function tryEffect({ records }: Hands, actor: Actor, form: FormData): Promise<Outcome> {
  const parsed = EffectForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const answer = await askEffect(records, actor, parsed.data);
  return answer.ok ? { ok: true, to: links.effect(answer.effectId) } : refused(answer.findings, form);
}

const CallOffForm = z.object({ effectId: z.uuid() });

/** Nobody needs to know any more. */
export async function callOffEffect({ records }: Hands, actor: Actor, form: FormData): Promise<Outcome> {
  const parsed = CallOffForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const answer = await cancelEffect(records, actor, parsed.data.effectId);
  return answer.ok ? { ok: true, to: links.effect(parsed.data.effectId) } : refused(answer.findings, form);
}

function refused(findings: readonly Finding[], form: FormData): Outcome {
  return { ok: false, state: { findings, values: typedValues(form) } };
}

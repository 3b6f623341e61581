/** What the actions of a tenant's page do, without Next: parse, hand on, say where to go or what was wrong. */
import { z } from "zod";
import { links } from "../../../../../../components/links.ts";
import { typedValues } from "../../../../../../components/ui/typed.model.ts";
import type { Actor } from "../../../../../../lib/access/actor.ts";
import type { Answer } from "../../../../../../lib/engine/engine.ts";
import type { Finding } from "../../../../../../lib/findings/finding.ts";
import type { Console } from "../../../../../../lib/operations/console.ts";
import { confirmFinalizer } from "../../../../../../lib/operations/finalizers/confirm.ts";
import { holdTenant } from "../../../../../../lib/operations/holds/hold-tenant.ts";
import { dismissThereAgain } from "../../../../../../lib/operations/tombstones/dismiss.ts";
import { unreadable } from "../../../../form-unreadable.ts";
import type { Outcome } from "../../../../operations/form-state.ts";

export type TenantHands = Pick<Console, "records" | "engine">;

const about = {
  databaseId: z.uuid(),
  tenantKey: z.string().min(1).max(500),
  /** Where the page is: names of platform and database. */
  platform: z.string().max(200),
  database: z.string().max(200),
};
const HoldForm = z.object({
  ...about,
  hold: z.enum(["set", "lift"]),
  reason: z.string().max(500).default(""),
});
const ConfirmForm = z.object({
  ...about,
  finalizer: z.string().max(100),
  note: z.string().max(2000).default(""),
});
const DismissForm = z.object({ ...about, reason: z.string().max(500).default("") });

/** The legal hold: while it stands no delete runs. */
export async function holdTenantForm(
  { records }: TenantHands,
  actor: Actor,
  form: FormData,
): Promise<Outcome> {
  const parsed = HoldForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const { hold, ...asked } = parsed.data;
  return outcome(await holdTenant(records, actor, { ...asked, hold: hold === "set" }), asked, form);
}

/** A finalizer that a person has seen to. */
export async function confirmFinalizerForm(
  { engine }: TenantHands,
  actor: Actor,
  form: FormData,
): Promise<Outcome> {
  const parsed = ConfirmForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  return outcome(await confirmFinalizer(engine, actor, parsed.data), parsed.data, form);
}

/** A tenant that was deleted and is there again, and stays. */
export async function dismissForm({ records }: TenantHands, actor: Actor, form: FormData): Promise<Outcome> {
  const parsed = DismissForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  return outcome(await dismissThereAgain(records, actor, parsed.data), parsed.data, form);
}

function outcome(
  answer: Answer,
  at: { readonly platform: string; readonly database: string; readonly tenantKey: string },
  form: FormData,
): Outcome {
  return answer.ok
    ? { ok: true, to: links.tenant(at.platform, at.tenantKey, { database: at.database }) }
    : refused(answer.findings, form);
}

function refused(findings: readonly Finding[], form: FormData): Outcome {
  return { ok: false, state: { findings, values: typedValues(form) } };
}

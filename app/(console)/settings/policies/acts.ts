/** What the forms of the page of policies do, without Next: parse, hand on; the engine authorises and records. */
import { z } from "zod";
import type { Actor } from "../../../../lib/access/actor.ts";
import { changePolicy } from "../../../../lib/engine/change-policy.ts";
import { endException, grantException } from "../../../../lib/engine/exceptions.ts";
import { notPermitted } from "../../../../lib/engine/people.ts";
import { EXCEPTION_RULES } from "../../../../lib/engine/policy-in-force.ts";
import { POLICY_WINDOWS } from "../../../../lib/engine/policy-schema.ts";
import { readPolicyToMend } from "../../../../lib/engine/read-policy.ts";
import type { Console } from "../../../../lib/operations/console.ts";
import { unreadable } from "../../form-unreadable.ts";
import { done, refused, type SettingsState } from "../form-state.ts";
import { policyOfForm } from "./policy-form.model.ts";

type Hands = Pick<Console, "records" | "engine">;

const PolicyForm = z.object({
  version: z.coerce.number().int().min(0),
  /** A platform's id; empty for the console's own. */
  platform: z.union([z.literal(""), z.uuid()]).default(""),
  reason: z.string().max(4000).default(""),
});

/** Saves the console's policy, or what one platform has otherwise. */
export async function savePolicy(
  { engine, records }: Hands,
  actor: Actor,
  form: FormData,
): Promise<SettingsState> {
  if (!actor.permissions.has("manage:policy")) return refused([notPermitted("manage:policy")]);
  const parsed = PolicyForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const { version, platform, reason } = parsed.data;
  const { value: current } = await readPolicyToMend(records);
  const asked = new Set(engine.registry.all.flatMap(({ windows }) => windows ?? []));
  const shape = {
    kinds: engine.registry.all.map(({ kind }) => kind),
    windows: POLICY_WINDOWS.filter((window) => asked.has(window)),
  };
  const policy = policyOfForm(current, form, shape, platform);
  const answer = await changePolicy(engine, actor, { policy, version, reason });
  return answer.ok
    ? done("The policy is in force: for plans, reviews and runs that begin from now on.")
    : refused(answer.findings, form);
}

const ExceptionForm = z.object({
  kind: z.string().max(60).default(""),
  rule: z.enum(EXCEPTION_RULES),
  value: z.string().trim().min(1).transform(Number),
  platformId: z.union([z.literal("").transform(() => null), z.uuid()]).default(null),
  tenantKey: z
    .string()
    .max(500)
    .default("")
    .transform((text) => text.trim() || null),
  ownerId: z.union([z.literal(""), z.uuid()]),
  reason: z.string().max(4000).default(""),
  days: z.coerce.number(),
});

/** Grants an exception, with who answers for it, why, and until when. */
export async function addException({ engine }: Hands, actor: Actor, form: FormData): Promise<SettingsState> {
  if (!actor.permissions.has("manage:policy")) return refused([notPermitted("manage:policy")]);
  const given = Object.fromEntries(form);
  // One choice on the page: what of which kind.
  const [kind, rule] = String(given.of ?? "").split(":");
  const parsed = ExceptionForm.safeParse({ ...given, kind, rule });
  if (!parsed.success) return refused([unreadable()], form);
  const answer = await grantException(engine, actor, parsed.data);
  return answer.ok ? done("The exception is in force.") : refused(answer.findings, form);
}

const EndForm = z.object({ exceptionId: z.uuid() });

/** Ends an exception before its time. */
export async function stopException({ engine }: Hands, actor: Actor, form: FormData): Promise<SettingsState> {
  const parsed = EndForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()]);
  const answer = await endException(engine, actor, parsed.data.exceptionId);
  return answer.ok ? done("The exception has ended.") : refused(answer.findings);
}

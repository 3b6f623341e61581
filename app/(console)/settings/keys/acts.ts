/** What the forms of the page of keys do, without Next; lib/operations authorises and records. */
import { z } from "zod";
import type { Actor } from "../../../../lib/access/actor.ts";
import type { Console } from "../../../../lib/operations/console.ts";
import { rotateEncryptionKey } from "../../../../lib/operations/encryption/rotate.ts";
import { distrustKey, rotateSigningKey, trustKey } from "../../../../lib/operations/keys/change-keys.ts";
import { unreadable } from "../../form-unreadable.ts";
import { done, refused, type SettingsState } from "../form-state.ts";

type Hands = Pick<Console, "records" | "secrets">;

const RotateForm = z.object({ label: z.string().max(1000).default("") });

/** A new key signs from now on. */
export async function rotate(hands: Hands, actor: Actor, form: FormData): Promise<SettingsState> {
  const parsed = RotateForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const answer = await rotateSigningKey(hands, actor, parsed.data);
  return answer.ok
    ? done("A new key signs from now on. What the former one signed stays trusted.")
    : refused(answer.findings, form);
}

const EncryptionForm = z.object({
  platformId: z.string().max(100).default(""),
  label: z.string().max(1000).default(""),
});

/** A platform's bundles are encrypted to a new key from now on. */
export async function rotateEncryption(hands: Hands, actor: Actor, form: FormData): Promise<SettingsState> {
  const parsed = EncryptionForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const answer = await rotateEncryptionKey(hands, actor, parsed.data);
  return answer.ok
    ? done("Bundles are encrypted to the new key from now on. The former one still opens what it encrypted.")
    : refused(answer.findings, form);
}

const TrustForm = z.object({
  label: z.string().max(1000).default(""),
  publicKey: z.string().max(10_000).default(""),
});

/** Somebody else's signatures count from now on. */
export async function trust(
  hands: Pick<Hands, "records">,
  actor: Actor,
  form: FormData,
): Promise<SettingsState> {
  const parsed = TrustForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const answer = await trustKey(hands, actor, parsed.data);
  return answer.ok ? done("Its signatures count from now on.") : refused(answer.findings, form);
}

const DistrustForm = z.object({
  keyId: z.string().regex(/^[0-9a-f]{64}$/),
  reason: z.string().max(4000).default(""),
});

/** A key's signatures count no more. */
export async function distrust(
  hands: Pick<Hands, "records">,
  actor: Actor,
  form: FormData,
): Promise<SettingsState> {
  const parsed = DistrustForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()], form);
  const answer = await distrustKey(hands, actor, parsed.data);
  return answer.ok
    ? done("Its signatures count no more, and bundles that bear them are not imported.")
    : refused(answer.findings, form);
}

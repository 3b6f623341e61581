/** What the forms of the page of webhooks do, without Next; lib/operations/webhooks authorises and records. */
import { z } from "zod";
import type { Actor } from "../../../../lib/access/actor.ts";
import type { Console } from "../../../../lib/operations/console.ts";
import {
  actOnWebhook,
  addWebhook,
  sendAgain,
  type WebhookAct,
} from "../../../../lib/operations/webhooks/change-webhooks.ts";
import { unreadable } from "../../form-unreadable.ts";
import { done, NOTHING_DONE, refused, type SettingsState } from "../form-state.ts";

type Hands = Pick<Console, "records" | "secrets" | "engine">;

export interface WebhookState extends SettingsState {
  /** Made now, shown in this answer and never again. */
  readonly secret: string | null;
}

export const NO_WEBHOOK: WebhookState = { ...NOTHING_DONE, secret: null };

const AddForm = z.object({
  name: z.string().max(1000).default(""),
  url: z.string().max(4000).default(""),
  events: z.array(z.string().max(60)).max(60),
});

/** Adds a webhook; the answer holds its secret. */
export async function add(hands: Hands, actor: Actor, form: FormData): Promise<WebhookState> {
  const parsed = AddForm.safeParse({ ...Object.fromEntries(form), events: form.getAll("event") });
  if (!parsed.success) return { ...refused([unreadable()], form), secret: null };
  const answer = await addWebhook(hands, actor, parsed.data);
  if (!answer.ok) return { ...refused(answer.findings, form), secret: null };
  return {
    ...done("The webhook is there. Send it a test to see whether it arrives."),
    secret: answer.secret,
  };
}

const ActForm = z.discriminatedUnion("act", [
  z.object({ act: z.enum(["pause", "resume", "remove", "test"]), webhookId: z.uuid() }),
  z.object({ act: z.literal("again"), deliveryId: z.uuid() }),
]);

const SAID: Readonly<Record<WebhookAct | "again", string>> = {
  pause: "It hears of nothing until it is resumed.",
  resume: "It hears again of what happens from now on.",
  remove: "The webhook is gone, with the list of its deliveries.",
  test: "A test is on its way: load the page again to see what came of it.",
  again: "It is on its way once more: load the page again to see what came of it.",
};

/** Pause, resume, remove, send a test, send a delivery again. */
export async function actOn(hands: Hands, actor: Actor, form: FormData): Promise<SettingsState> {
  const parsed = ActForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return refused([unreadable()]);
  const asked = parsed.data;
  const answer =
    asked.act === "again"
      ? await sendAgain(hands, actor, asked.deliveryId)
      : await actOnWebhook(hands, actor, asked);
  return answer.ok ? done(SAID[asked.act]) : refused(answer.findings);
}

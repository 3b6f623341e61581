"use server";
/** The actions of the page of webhooks, thin. */
import { revalidatePath } from "next/cache";
import { links } from "../../../../components/links.ts";
import { requireActor } from "../../../../lib/access/session.ts";
import { getConsole } from "../../../../lib/operations/console.ts";
import type { SettingsState } from "../form-state.ts";
import { actOn, add, type WebhookState } from "./acts.ts";

export async function addWebhookAction(_state: WebhookState, form: FormData): Promise<WebhookState> {
  const actor = await requireActor();
  const state = await add(await getConsole(), actor, form);
  if (state.done !== null) revalidatePath(links.webhooks());
  return state;
}

export async function webhookAction(_state: SettingsState, form: FormData): Promise<SettingsState> {
  const actor = await requireActor();
  const state = await actOn(await getConsole(), actor, form);
  if (state.done !== null) revalidatePath(links.webhooks());
  return state;
}

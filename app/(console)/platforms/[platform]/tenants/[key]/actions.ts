"use server";
/** The actions of a tenant's page, thin: who asks, what it comes to, where to go. */
import { redirect } from "next/navigation";
import { requireActor } from "../../../../../../lib/access/session.ts";
import { getConsole } from "../../../../../../lib/operations/console.ts";
import type { FormState } from "../../../../operations/form-state.ts";
import { confirmFinalizerForm, dismissForm, holdTenantForm } from "./acts.ts";

export async function holdTenantAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await holdTenantForm(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function confirmFinalizerAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await confirmFinalizerForm(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function dismissAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await dismissForm(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

"use server";
/** The actions of operations, thin: who asks, what it comes to, where to go. */
import { redirect } from "next/navigation";
import { requireActor, requireSession } from "../../../lib/access/session.ts";
import { getConsole } from "../../../lib/operations/console.ts";
import { actOn, decideReview, goPastReviewers, writeNote } from "./acts.ts";
import type { FormState, RequestState } from "./form-state.ts";
import { submitRequest } from "./new/submit.ts";

export async function requestAction(_state: RequestState, form: FormData): Promise<RequestState> {
  const actor = await requireActor();
  const outcome = await submitRequest(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function operationAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await actOn(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function reviewAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await decideReview(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function breakGlassAction(_state: FormState, form: FormData): Promise<FormState> {
  const session = await requireSession();
  const outcome = await goPastReviewers(await getConsole(), session, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function afterActionNote(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await writeNote(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

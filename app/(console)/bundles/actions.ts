"use server";
/** The actions of bundles, thin: who asks, what it comes to, where to go. */
import { redirect } from "next/navigation";
import { requireActor, requireSession } from "../../../lib/access/session.ts";
import { getConsole } from "../../../lib/operations/console.ts";
import type { FormState } from "../operations/form-state.ts";
import { askDownload, cancel, compare, hold, keep, reveal, verify } from "./acts.ts";

export async function revealAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await reveal(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function downloadAction(_state: FormState, form: FormData): Promise<FormState> {
  const person = await requireSession();
  const outcome = await askDownload(await getConsole(), person, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function verifyAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await verify(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function keepAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await keep(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function holdAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await hold(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function compareAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await compare(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function cancelAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await cancel(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

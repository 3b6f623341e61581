"use server";
/** The actions around what migrations do to a tenant's rows, thin. */
import { redirect } from "next/navigation";
import { requireActor } from "../../../../../lib/access/session.ts";
import { getConsole } from "../../../../../lib/operations/console.ts";
import type { FormState } from "../../../operations/form-state.ts";
import { callOffEffect, tryEffect } from "./effect.ts";

export async function askEffectAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await tryEffect(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function callOffEffectAction(_state: FormState, form: FormData): Promise<FormState> {
  const actor = await requireActor();
  const outcome = await callOffEffect(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

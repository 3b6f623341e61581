"use server";
/** The actions of the page of policies, thin. */
import { revalidatePath } from "next/cache";
import { links } from "../../../../components/links.ts";
import { requireActor } from "../../../../lib/access/session.ts";
import { getConsole } from "../../../../lib/operations/console.ts";
import type { SettingsState } from "../form-state.ts";
import { addException, savePolicy, stopException } from "./acts.ts";

export async function policyAction(_state: SettingsState, form: FormData): Promise<SettingsState> {
  const actor = await requireActor();
  return shown(await savePolicy(await getConsole(), actor, form));
}

export async function exceptionAction(_state: SettingsState, form: FormData): Promise<SettingsState> {
  const actor = await requireActor();
  return shown(await addException(await getConsole(), actor, form));
}

export async function endExceptionAction(_state: SettingsState, form: FormData): Promise<SettingsState> {
  const actor = await requireActor();
  return shown(await stopException(await getConsole(), actor, form));
}

function shown(state: SettingsState): SettingsState {
  if (state.done !== null) revalidatePath(links.policies());
  return state;
}

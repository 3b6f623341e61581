"use server";
/** The actions of the page of signing keys, thin. */
import { revalidatePath } from "next/cache";
import { links } from "../../../../components/links.ts";
import { requireActor } from "../../../../lib/access/session.ts";
import { getConsole } from "../../../../lib/operations/console.ts";
import type { SettingsState } from "../form-state.ts";
import { distrust, rotate, rotateEncryption, trust } from "./acts.ts";

export async function rotateKeyAction(_state: SettingsState, form: FormData): Promise<SettingsState> {
  const actor = await requireActor();
  return shown(await rotate(await getConsole(), actor, form));
}

export async function trustKeyAction(_state: SettingsState, form: FormData): Promise<SettingsState> {
  const actor = await requireActor();
  return shown(await trust(await getConsole(), actor, form));
}

export async function distrustKeyAction(_state: SettingsState, form: FormData): Promise<SettingsState> {
  const actor = await requireActor();
  return shown(await distrust(await getConsole(), actor, form));
}

export async function rotateEncryptionAction(_state: SettingsState, form: FormData): Promise<SettingsState> {
  const actor = await requireActor();
  return shown(await rotateEncryption(await getConsole(), actor, form));
}

function shown(state: SettingsState): SettingsState {
  if (state.done !== null) revalidatePath(links.keys());
  return state;
}

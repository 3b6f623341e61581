"use server";
/** The actions of the platforms' pages, thin. */
import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { requireActor } from "../../../lib/access/session.ts";
import { getConsole } from "../../../lib/operations/console.ts";
import { type LookState, lookAgain } from "./look-again.ts";
import {
  chooseStoreAct,
  deregisterAct,
  editDatabase,
  removeDatabaseAct,
  renameDatabaseAct,
  submitDatabase,
  submitPlatform,
} from "./registration-acts.ts";
import type { RegistrationState } from "./registration-state.ts";

export async function lookAgainAction(_state: LookState, form: FormData): Promise<LookState> {
  const actor = await requireActor();
  const findings = await lookAgain(await getConsole(), actor, form);
  if (findings.length === 0) revalidatePath("/platforms", "layout");
  return { findings };
}

export async function registerPlatformAction(
  _state: RegistrationState,
  form: FormData,
): Promise<RegistrationState> {
  const actor = await requireActor();
  const outcome = await submitPlatform(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function addDatabaseAction(
  _state: RegistrationState,
  form: FormData,
): Promise<RegistrationState> {
  const actor = await requireActor();
  const outcome = await submitDatabase(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function editDatabaseAction(
  _state: RegistrationState,
  form: FormData,
): Promise<RegistrationState> {
  const actor = await requireActor();
  const state = await editDatabase(await getConsole(), actor, form);
  if (state.done !== null) revalidatePath("/platforms", "layout");
  return state;
}

export async function renameDatabaseAction(
  _state: RegistrationState,
  form: FormData,
): Promise<RegistrationState> {
  const actor = await requireActor();
  const outcome = await renameDatabaseAct(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function chooseStoreAction(
  _state: RegistrationState,
  form: FormData,
): Promise<RegistrationState> {
  const actor = await requireActor();
  const outcome = await chooseStoreAct(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function removeDatabaseAction(
  _state: RegistrationState,
  form: FormData,
): Promise<RegistrationState> {
  const actor = await requireActor();
  const outcome = await removeDatabaseAct(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

export async function deregisterAction(
  _state: RegistrationState,
  form: FormData,
): Promise<RegistrationState> {
  const actor = await requireActor();
  const outcome = await deregisterAct(await getConsole(), actor, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

"use server";
/** The actions of the page of people, thin. */
import { revalidatePath } from "next/cache";
import { requireActor } from "../../../../lib/access/session.ts";
import { getConsole } from "../../../../lib/operations/console.ts";
import { actOnPerson, addNewPerson, type PeopleState } from "./acts.ts";

export async function addPersonAction(_state: PeopleState, form: FormData): Promise<PeopleState> {
  const actor = await requireActor();
  const state = await addNewPerson(await getConsole(), actor, form);
  if (state.done !== null) revalidatePath("/settings/people");
  return state;
}

export async function personAction(_state: PeopleState, form: FormData): Promise<PeopleState> {
  const actor = await requireActor();
  const state = await actOnPerson(await getConsole(), actor, form);
  if (state.done !== null) revalidatePath("/settings/people");
  return state;
}

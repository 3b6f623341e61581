"use server";
/** The action of the editor of a platform file, thin. */
import { redirect } from "next/navigation";
import { requireActor } from "../../../../../../lib/access/session.ts";
import { getConsole } from "../../../../../../lib/operations/console.ts";
import { submitModel } from "./model-acts.ts";
import type { ModelState } from "./model-state.ts";

export async function modelAction(former: ModelState, form: FormData): Promise<ModelState> {
  const actor = await requireActor();
  const outcome = await submitModel(await getConsole(), actor, former, form);
  if (!outcome.ok) return outcome.state;
  redirect(outcome.to);
}

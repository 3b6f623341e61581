"use server";
/** The actions of a platform's page, thin. */
import { revalidatePath } from "next/cache";
import { requireActor } from "../../../lib/access/session.ts";
import { getConsole } from "../../../lib/operations/console.ts";
import { type LookState, lookAgain } from "./look-again.ts";

export async function lookAgainAction(_state: LookState, form: FormData): Promise<LookState> {
  const actor = await requireActor();
  const findings = await lookAgain(await getConsole(), actor, form);
  if (findings.length === 0) revalidatePath("/platforms", "layout");
  return { findings };
}

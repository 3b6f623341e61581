"use server";
/** The actions around the measuring of migrations, thin. */
import { revalidatePath } from "next/cache";
import { requireActor } from "../../../../../lib/access/session.ts";
import { getConsole } from "../../../../../lib/operations/console.ts";
import type { LookState } from "../../look-again.ts";
import { callOff, measure } from "./measure.ts";

export async function measureAction(_state: LookState, form: FormData): Promise<LookState> {
  const actor = await requireActor();
  const findings = await measure(await getConsole(), actor, form);
  if (findings.length === 0) revalidatePath("/platforms", "layout");
  return { findings };
}

export async function callOffAction(_state: LookState, form: FormData): Promise<LookState> {
  const actor = await requireActor();
  const findings = await callOff(await getConsole(), actor, form);
  if (findings.length === 0) revalidatePath("/platforms", "layout");
  return { findings };
}

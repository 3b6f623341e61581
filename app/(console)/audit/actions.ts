"use server";
/** The action of the audit page, thin. */
import { requireActor } from "../../../lib/access/session.ts";
import { getConsole } from "../../../lib/operations/console.ts";
import { type VerifyState, verifyTrail } from "./verify.ts";

export async function verifyAction(_state: VerifyState, _form: FormData): Promise<VerifyState> {
  const actor = await requireActor();
  return verifyTrail(await getConsole(), actor);
}

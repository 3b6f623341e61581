"use server";
/** The action of the migrations' page, thin. */
import { revalidatePath } from "next/cache";
import { requireActor } from "../../../../../lib/access/session.ts";
import { getConsole } from "../../../../../lib/operations/console.ts";
import type { LookState } from "../../look-again.ts";
import { lookAtMigrations } from "./look-at-migrations.ts";

export async function lookAtMigrationsAction(_state: LookState, form: FormData): Promise<LookState> {
  const actor = await requireActor();
  const findings = await lookAtMigrations(await getConsole(), actor, form);
  if (findings.length === 0) revalidatePath("/platforms", "layout");
  return { findings };
}

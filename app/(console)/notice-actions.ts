"use server";
import { revalidatePath } from "next/cache";
import { readOwnNotices } from "../../lib/access/own-notices.ts";
import { requireActor } from "../../lib/access/session.ts";
import { getConsole } from "../../lib/operations/console.ts";

/** The person has seen the outcomes on the Overview: their own notices, nobody else's. */
export async function markNoticesRead(): Promise<void> {
  const actor = await requireActor();
  const { records } = await getConsole();
  await readOwnNotices(records, actor);
  revalidatePath("/", "layout");
}

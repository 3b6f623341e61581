"use server";
/** What a person does with their own notices, and nobody else's. */
import { revalidatePath } from "next/cache";
import { z } from "zod";
import { dismissOwnNotice, readOwnNotices } from "../../lib/access/own-notices.ts";
import { requireActor } from "../../lib/access/session.ts";
import { getConsole } from "../../lib/operations/console.ts";

/** The person has seen what there is to hear. */
export async function markNoticesRead(): Promise<void> {
  const actor = await requireActor();
  const { records } = await getConsole();
  await readOwnNotices(records, actor);
  revalidatePath("/", "layout");
}

/** The person has done with one. */
export async function dismissNotice(form: FormData): Promise<void> {
  const actor = await requireActor();
  const id = z.uuid().safeParse(form.get("noticeId"));
  if (!id.success) return;
  const { records } = await getConsole();
  await dismissOwnNotice(records, actor, id.data);
  revalidatePath("/", "layout");
}

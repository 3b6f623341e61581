import "server-only";
import { forbidden, notFound } from "next/navigation";
import type { Actor } from "../../lib/access/actor.ts";
import { requireActor } from "../../lib/access/session.ts";
import { type Console, getConsole } from "../../lib/operations/console.ts";
import { Refused } from "../../lib/queries/refused.ts";

/**
 * Loads what a page shows, as the person who asks for it: 403 where the query refuses, 404 where it finds nothing
 * (null). To be awaited before anything is streamed, as the status goes first.
 */
export async function loadView<View>(
  read: (console: Console, actor: Actor) => Promise<View | null>,
): Promise<{ readonly view: View; readonly actor: Actor }> {
  const actor = await requireActor();
  let view: View | null;
  try {
    view = await read(await getConsole(), actor);
  } catch (error) {
    if (error instanceof Refused) forbidden();
    throw error;
  }
  if (view === null) notFound();
  return { view, actor };
}

/** A small file of the records as an answer, for those who may read it. */
import type { Actor } from "../../lib/access/actor.ts";
import { currentActor } from "../../lib/access/session.ts";
import { type Console, getConsole } from "../../lib/operations/console.ts";
import { Refused } from "../../lib/queries/refused.ts";

const PRIVATE = { "Cache-Control": "private, no-store" };

/** What a browser is told of the file. */
export interface FileHeaders {
  readonly type: string;
  /** In plain ASCII, without quotes: it stands in a header as it is. */
  readonly name: string;
}

/**
 * 200 with the file, 401 without a session, 403 where the query refuses the person, 404 where there is no such file.
 *
 * @param read null where there is none; rejects with Refused
 */
export async function answerWithFile(
  { type, name }: FileHeaders,
  read: (console: Console, actor: Actor) => Promise<string | null>,
): Promise<Response> {
  const empty = (status: number) => new Response(null, { status, headers: PRIVATE });
  const actor = await currentActor();
  if (actor === null) return empty(401);
  try {
    const file = await read(await getConsole(), actor);
    if (file === null) return empty(404);
    return new Response(file, {
      headers: {
        ...PRIVATE,
        "Content-Type": type,
        "Content-Disposition": `attachment; filename="${name}"`,
        "X-Content-Type-Options": "nosniff",
      },
    });
  } catch (error) {
    if (error instanceof Refused) return empty(403);
    throw error;
  }
}

import { currentActor } from "../../../lib/access/session.ts";
import { getConsole } from "../../../lib/operations/console.ts";
import { readPalette } from "../../../lib/queries/palette.ts";
import { Refused } from "../../../lib/queries/refused.ts";

const HEADERS = { "Cache-Control": "private, no-store" };

/** What the palette finds for `?q=`. */
export async function GET(request: Request): Promise<Response> {
  const actor = await currentActor();
  if (actor === null) return new Response(null, { status: 401, headers: HEADERS });
  const text = new URL(request.url).searchParams.get("q") ?? "";
  try {
    return Response.json(await readPalette(await getConsole(), actor, text), { headers: HEADERS });
  } catch (error) {
    if (error instanceof Refused) return new Response(null, { status: 403, headers: HEADERS });
    throw error;
  }
}

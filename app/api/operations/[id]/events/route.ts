import { actorOf } from "../../../../../lib/access/actor-of.ts";
import { currentSession } from "../../../../../lib/access/session.ts";
import { eventFeedOf } from "../../../../../lib/engine/event-feed.ts";
import { getConsole } from "../../../../../lib/operations/console.ts";
import { readEventLinesAfter } from "../../../../../lib/queries/operation-events.ts";
import { readLive } from "../../../../../lib/queries/operation-live.ts";
import { streamOperation } from "../../../../../lib/queries/operation-stream.ts";
import { isId } from "../../../../../lib/records/id.ts";

export const dynamic = "force-dynamic";

/** `no-transform`: a compressed stream is held back until there is enough of it. */
const HEADERS = { "Cache-Control": "private, no-store, no-transform", "X-Accel-Buffering": "no" };

/** What happens in an operation: as a stream, or with `?poll=1` once, for who gets no streams. */
export async function GET(
  request: Request,
  { params }: { readonly params: Promise<{ readonly id: string }> },
): Promise<Response> {
  const session = await currentSession();
  if (session.state !== "signed-in") return refusal(401);
  if (!session.actor.permissions.has("see")) return refusal(403);
  const { id } = await params;
  const console = await getConsole();
  const live = isId(id) ? await readLive(console, id) : null;
  if (live === null) return refusal(404);
  const { searchParams } = new URL(request.url);
  const after = eventId(request.headers.get("last-event-id") ?? searchParams.get("after"));
  if (searchParams.get("poll") === "1") {
    return Response.json(
      { live, lines: await readEventLinesAfter(console, id, after) },
      { headers: HEADERS },
    );
  }
  const claim = {
    personId: session.actor.personId,
    epoch: session.actor.sessionEpoch,
    signedInAt: session.signedInAt,
  };
  const stillAllowed = async () => {
    const now = await actorOf(console.records, claim);
    return now.state === "signed-in" && now.actor.permissions.has("see");
  };
  const stream = streamOperation(console, eventFeedOf(console.records), {
    operationId: id,
    after,
    stillAllowed,
    signal: request.signal,
  });
  return new Response(stream, {
    headers: { ...HEADERS, "Content-Type": "text/event-stream; charset=utf-8" },
  });
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: HEADERS });
}

/** From the first event on, where the page does not say or says nonsense. */
function eventId(text: string | null): number {
  const id = Number(text);
  return Number.isSafeInteger(id) && id > 0 ? id : 0;
}

import { actorOf } from "../../../../../lib/access/actor-of.ts";
import { currentSession } from "../../../../../lib/access/session.ts";
import { downloadBundle } from "../../../../../lib/operations/bundles/download.ts";
import { getConsole } from "../../../../../lib/operations/console.ts";

export const dynamic = "force-dynamic";

/** `no-transform`: a bundle is compressed already, and its ranges are of the bytes as they are. */
const HEADERS = { "Cache-Control": "private, no-store, no-transform" };

interface Context {
  readonly params: Promise<{ readonly id: string }>;
}

/** The bundle's file, or the part of it that is asked for. */
export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, context, false);
}

/** What a download would send; nothing is recorded. */
export function HEAD(request: Request, context: Context): Promise<Response> {
  return answer(request, context, true);
}

async function answer(request: Request, { params }: Context, headersOnly: boolean): Promise<Response> {
  const session = await currentSession();
  if (session.state !== "signed-in") return new Response(null, { status: 401, headers: HEADERS });
  const { actor, signedInAt } = session;
  const console = await getConsole();
  const claim = { personId: actor.personId, epoch: actor.sessionEpoch, signedInAt };
  const result = await downloadBundle(console, actor, {
    bundleId: (await params).id,
    range: request.headers.get("range"),
    ifRange: request.headers.get("if-range"),
    headersOnly,
    async stillAllowed() {
      const now = await actorOf(console.records, claim);
      return now.state === "signed-in" && now.actor.permissions.has("download:bundle");
    },
  });
  const headers = { ...HEADERS, ...result.headers };
  if (result.ok) return new Response(result.body, { status: result.status, headers });
  const { what, todo } = result.finding;
  return new Response(`${what} ${todo}\n`, {
    status: result.status,
    headers: { ...headers, "Content-Type": "text/plain; charset=utf-8" },
  });
}

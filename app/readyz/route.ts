import { getConsole } from "../../lib/operations/console.ts";
import { partsNotReady } from "../../lib/operations/telemetry/readiness.ts";

export const dynamic = "force-dynamic";

/** Whether this process can do its work, or which part cannot. Why, is in its log and not here: anybody may ask. */
export async function GET(): Promise<Response> {
  const notReady = await partsNotReady(await getConsole());
  const ready = notReady.length === 0;
  return Response.json(
    { ready, notReady },
    { status: ready ? 200 : 503, headers: { "Cache-Control": "no-store" } },
  );
}

import { getConsole } from "../../lib/operations/console.ts";
import { carriesToken, readMetricsToken } from "../../lib/operations/telemetry/metrics-token.ts";
import { webTelemetry } from "../../lib/operations/telemetry/web.ts";

export const dynamic = "force-dynamic";

/** Prometheus's text, for who has the token; without one in the environment there is nothing here. */
export async function GET(request: Request): Promise<Response> {
  const token = readMetricsToken(process.env);
  if (token === null) return new Response(null, { status: 404, headers: HEADERS });
  if (!carriesToken(request.headers.get("authorization"), token))
    return new Response(null, { status: 401, headers: { ...HEADERS, "WWW-Authenticate": "Bearer" } });
  const { registry, work } = webTelemetry();
  const { engine, records } = await getConsole();
  try {
    await work.refresh(records);
  } catch (error) {
    // What the process knows of itself is told all the same.
    engine.log("error", "metrics.failed", { part: "records", code: (error as { code?: string }).code });
  }
  const headers = { ...HEADERS, "Content-Type": registry.contentType };
  return new Response(await registry.metrics(), { headers });
}

const HEADERS = { "Cache-Control": "no-store" };

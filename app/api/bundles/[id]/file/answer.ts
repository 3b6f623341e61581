/** What a request for a bundle's file is answered, without Next. */
import { links } from "../../../../../components/links.ts";
import type { SessionState } from "../../../../../lib/access/actor-of.ts";
import { downloadBundle } from "../../../../../lib/operations/bundles/download.ts";
import type { Console } from "../../../../../lib/operations/console.ts";
import { stillMayDownload } from "../../still-allowed.ts";

/** `no-transform`: a bundle is compressed already, and its ranges are of the bytes as they are. */
const HEADERS = { "Cache-Control": "private, no-store, no-transform" };

export async function answerFile(
  console: Pick<Console, "records" | "stores">,
  session: SessionState,
  bundleId: string,
  request: Request,
): Promise<Response> {
  if (session.state !== "signed-in") return new Response(null, { status: 401, headers: HEADERS });
  const linkId = new URL(request.url).searchParams.get("link") ?? "";
  const result = await downloadBundle(console, session, {
    bundleId,
    linkId,
    range: request.headers.get("range"),
    ifRange: request.headers.get("if-range"),
    headersOnly: request.method === "HEAD",
    stillAllowed: stillMayDownload(console, session),
  });
  const headers = { ...HEADERS, ...result.headers };
  if (result.ok) return new Response(result.body, { status: result.status, headers });
  const { code, what, todo } = result.finding;
  if (code.startsWith("download-link-") && isNavigation(request)) {
    return new Response(null, {
      status: 303,
      headers: { ...headers, Location: links.bundleDownload(bundleId, { link: linkId }) },
    });
  }
  return new Response(`${what} ${todo}\n`, {
    status: result.status,
    headers: { ...headers, "Content-Type": "text/plain; charset=utf-8" },
  });
}

/** Somebody looks at the answer. Who asks for a part puts it behind what is there: a page must not come instead. */
function isNavigation(request: Request): boolean {
  return (request.headers.get("accept") ?? "").includes("text/html") && !request.headers.has("range");
}

/** What a request for a customer package is answered, without Next. */
import type { SessionState } from "../../../../../lib/access/actor-of.ts";
import { PACKAGE_FORMATS, packageBundle } from "../../../../../lib/operations/bundles/package.ts";
import type { Console } from "../../../../../lib/operations/console.ts";
import { stillMayDownload } from "../../still-allowed.ts";

/** `no-transform`: a ZIP is compressed already. */
const HEADERS = { "Cache-Control": "private, no-store, no-transform" };

export async function answerPackage(
  console: Pick<Console, "records" | "stores">,
  session: SessionState,
  bundleId: string,
  request: Request,
): Promise<Response> {
  if (session.state !== "signed-in") return new Response(null, { status: 401, headers: HEADERS });
  const query = new URL(request.url).searchParams;
  const format = PACKAGE_FORMATS.find((each) => each === query.get("format"));
  if (format === undefined)
    return said(400, `A package is ${PACKAGE_FORMATS.join(" or ")}: name it as format.`);
  const result = await packageBundle(console, session, {
    bundleId,
    linkId: query.get("link") ?? "",
    format,
    stillAllowed: stillMayDownload(console, session),
  });
  if (!result.ok) return said(result.status, `${result.finding.what} ${result.finding.todo ?? ""}`);
  return new Response(result.body, { status: result.status, headers: { ...HEADERS, ...result.headers } });
}

function said(status: number, sentence: string): Response {
  const headers = { ...HEADERS, "Content-Type": "text/plain; charset=utf-8" };
  return new Response(`${sentence.trim()}\n`, { status, headers });
}

/**
 * Whether a form was sent by one of the console's own pages. Server actions are compared so by Next; a route handler
 * that changes something compares itself. Pure.
 */

/**
 * By what a browser writes and no page can: `Origin`, on every POST, and `Sec-Fetch-Site` where it knows it. The
 * address that the browser asked for is the `Host`, or what a proxy in front has made of it. What brings no origin
 * is no browser's form, and refused.
 */
export function fromOwnPage(headers: Pick<Headers, "get">): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  const origin = headers.get("origin");
  const asked = headers.get("x-forwarded-host")?.split(",")[0]?.trim() ?? headers.get("host");
  return origin !== null && asked !== null && URL.canParse(origin) && new URL(origin).host === asked;
}

/**
 * Before every page: a nonce for its scripts, the headers of its answer, and a way to the sign-in for those who bring
 * no session at all. It authorises nobody: whether a session is worth anything is asked where something is done.
 */
import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { contentSecurityPolicy, type HeaderFacts, securityHeaders } from "./lib/access/security-headers.ts";
import { isSessionCookie } from "./lib/access/session-cookie.ts";

/**
 * Next keeps the body of a request that it hands to its proxy, ten megabytes of it, and drops the rest: an upload goes
 * past it, and its handler sets its own headers.
 */
export const config = { matcher: "/((?!_next/static/|_next/image|api/bundles/upload$).*)" };

const OPEN = /^\/(sign-in|api|healthz|readyz|metrics|_next)(\/|$)|^\/[\w-]+\.(ico|png|svg|txt|webmanifest)$/;

export function proxy(request: NextRequest): NextResponse {
  const facts = headerFacts();
  const response = wantsSignIn(request) ? toSignIn(request) : onward(request, facts);
  for (const [name, value] of securityHeaders(facts)) response.headers.set(name, value);
  return response;
}

function headerFacts(): HeaderFacts {
  const issuer = process.env.TENANTRY_OIDC_ISSUER;
  return {
    nonce: randomBytes(18).toString("base64"),
    https: process.env.AUTH_URL?.startsWith("https:") ?? false,
    development: process.env.NODE_ENV === "development",
    oidcOrigin: issuer && URL.canParse(issuer) ? new URL(issuer).origin : null,
  };
}

/** Forms are let through: an action sends its sender to the sign-in itself, after it has looked at the session. */
function wantsSignIn(request: NextRequest): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  if (OPEN.test(request.nextUrl.pathname)) return false;
  return !request.cookies.getAll().some((cookie) => isSessionCookie(cookie.name));
}

function toSignIn(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  const target = request.nextUrl.clone();
  target.pathname = "/sign-in";
  target.search = pathname === "/" ? "" : `?${new URLSearchParams({ next: pathname + search })}`;
  return NextResponse.redirect(target);
}

/** Next takes the nonce for its own scripts from the policy in the request. */
function onward(request: NextRequest, facts: HeaderFacts): NextResponse {
  const headers = new Headers(request.headers);
  headers.set("x-nonce", facts.nonce);
  headers.set("Content-Security-Policy", contentSecurityPolicy(facts));
  return NextResponse.next({ request: { headers } });
}

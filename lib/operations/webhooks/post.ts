/**
 * One POST to a stranger's address. The name is resolved once, every address that it has must be open, and the
 * connection goes to the one that was looked at: a name that leads elsewhere the next moment leads nowhere. Redirects
 * are not followed; what comes back is not read.
 */
import { lookup } from "node:dns/promises";
import { request as http } from "node:http";
import { request as https } from "node:https";
import { type BlockList, isIP, type LookupFunction } from "node:net";
import { isAllowed, isPublic } from "./addresses.ts";

export interface PostOptions {
  readonly allowed: BlockList;
  readonly timeoutMs: number;
  /** For tests: what a name leads to. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly signal?: AbortSignal;
}

/** `status`: what it answered, or in a word why it did not: never more of it than that. */
export interface Posted {
  readonly delivered: boolean;
  readonly status: string;
}

export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: PostOptions,
): Promise<Posted> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, "");
  let addresses: readonly string[];
  try {
    addresses = isIP(host) ? [host] : await (options.resolve ?? resolveAll)(host);
  } catch {
    return { delivered: false, status: "name not found" };
  }
  const [address] = addresses;
  if (address === undefined) return { delivered: false, status: "name not found" };
  const configured = addresses.every((each) => isAllowed(each, options.allowed));
  if (!configured && !addresses.every(isPublic)) return { delivered: false, status: "address refused" };
  // What is signed is not secret, but who is told what is nobody's business: only inside one's own network in clear.
  if (target.protocol !== "https:" && !configured) return { delivered: false, status: "https needed" };
  return send(target, address, headers, body, options);
}

async function resolveAll(host: string): Promise<string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
}

function send(
  target: URL,
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  { timeoutMs, signal }: PostOptions,
): Promise<Posted> {
  const late = AbortSignal.timeout(timeoutMs);
  const pinned: LookupFunction = (_host, { all }, done) => {
    const family = isIP(address);
    if (all) done(null, [{ address, family }]);
    else done(null, address, family);
  };
  return new Promise((resolve) => {
    const request = (target.protocol === "https:" ? https : http)(
      target,
      {
        method: "POST",
        agent: false,
        lookup: pinned,
        signal: signal === undefined ? late : AbortSignal.any([late, signal]),
        headers: {
          ...headers,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "user-agent": "Tenantry-Webhook",
        },
      },
      (response) => {
        const code = response.statusCode ?? 0;
        response.destroy();
        resolve({ delivered: code >= 200 && code < 300, status: `HTTP ${code}` });
      },
    );
    request.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ delivered: false, status: late.aborted ? "no answer in time" : wordFor(error) }),
    );
    request.end(body);
  });
}

function wordFor({ code }: NodeJS.ErrnoException): string {
  if (code === "ECONNREFUSED") return "connection refused";
  if (code?.startsWith("CERT_") || code?.includes("_CERT") || code?.startsWith("ERR_TLS"))
    return "certificate refused";
  return code === "ABORT_ERR" ? "stopped" : "not reached";
}

/**
 * Where a request comes from, for the limit on sign-ins. `X-Forwarded-For` is what the client wrote, followed by what
 * each proxy added: only as many entries as there are proxies of ours are worth anything.
 */
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";

const HEADER = "x-forwarded-for";

/** The client's address as the outermost trusted proxy saw it; the socket's own where no proxy is trusted. */
export function clientAddress(
  forwarded: string | undefined,
  socket: string | undefined,
  trustedProxies: number,
): string {
  const chain = (forwarded ?? "").split(",").map((part) => part.trim());
  const seen = trustedProxies === 0 ? undefined : chain.at(-trustedProxies);
  return network(seen || socket || "unknown");
}

/** IPv6 by its /64: a household has one of those, and 2^64 addresses in it. */
function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  if (!isIPv6(address)) return address.slice(0, 64);
  const host = new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1);
  const [head, tail] = host.split("::") as [string, string?];
  const groups = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  if (tail !== undefined) groups.push(...Array<string>(8 - groups.length - last.length).fill("0"), ...last);
  return `${groups.slice(0, 4).join(":")}::/64`;
}

/**
 * From now on `X-Forwarded-For` holds that one address in every request to this process, before anything reads it:
 * Next hands on whatever the client has sent, and tells no handler the socket's address.
 */
export function settleAddresses(trustedProxies: number): void {
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    const given = request.headers[HEADER];
    const forwarded = Array.isArray(given) ? given.join(",") : given;
    request.headers[HEADER] = clientAddress(forwarded, request.socket.remoteAddress, trustedProxies);
  });
}

/** What the above has left in the request. */
export function addressOf(headers: Headers): string {
  return headers.get(HEADER) ?? "unknown";
}

/** Node ends a request whose body is not there after five minutes; an upload may take longer than that. */
import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";

/** A day, in milliseconds. What sends nothing is cut off much sooner, by whoever receives it (`receive.ts`). */
const LONGEST = 24 * 60 * 60 * 1000;

/** From the first request on; headers must still come within a minute. Next hands out its server to nobody. */
export function allowLongRequests(): void {
  subscribe("http.server.request.start", (message) => {
    const { server } = message as { readonly server: Server };
    server.requestTimeout = LONGEST;
  });
}

/** Whether what listens at an address is a PostgreSQL server: asked in the protocol, before any login. */
import { connect as connectSocket } from "node:net";

/** SSLRequest: length 8 and the code 80877103 (documentation, 54.7 Message Formats). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
/** `S`, `N`, or the `E` of a server that has no connection left: one byte, and it speaks first to nobody. */
const ANSWERS = new Set(["S", "N", "E"].map((letter) => letter.charCodeAt(0)));

/** How long a stranger may be silent, in milliseconds. A PostgreSQL server answers this at once. */
const PATIENCE = 3_000;

/** False where something else answers, or nothing does. Never rejects. */
export function speaksPostgres(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connectSocket({ host, port });
  const settle = (speaks: boolean) => {
    socket.destroy();
    resolve(speaks);
  };
  socket.setTimeout(PATIENCE, () => settle(false));
  socket.once("connect", () => socket.write(SSL_REQUEST));
  socket.once("data", (data: Buffer) => settle(ANSWERS.has(data[0]!)));
  socket.once("error", () => settle(false));
  socket.once("close", () => settle(false));
  return promise;
}

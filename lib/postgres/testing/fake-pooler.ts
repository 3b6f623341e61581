/**
 * As much of a pooler as a client can see of one: it makes up process ids, and in transaction mode its clients take
 * turns in one session of the server. It expects that they wait for each other's answers.
 */
import { connect as connectTo, createServer, type Socket } from "node:net";

const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const AUTHENTICATED = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const KEY = Buffer.from([0x4b, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1]);

export interface FakePooler {
  readonly url: string;
  close(): Promise<void>;
}

export async function fakePooler(serverUrl: string, mode: "session" | "transaction"): Promise<FakePooler> {
  const server = new URL(serverUrl);
  const upstreams = new Set<Socket>();
  let shared: { readonly upstream: Socket; current: Socket } | null = null;
  const pooler = createServer((client) => {
    client.on("error", () => {});
    if (mode === "transaction" && shared !== null) {
      const session = shared;
      // The first message is the start of a session, of which this client gets a part of another's.
      client.once("data", () => {
        client.write(Buffer.concat([AUTHENTICATED, KEY, READY]));
        client.on("data", (bytes) => {
          if (isGoodbye(bytes)) return;
          session.current = client;
          session.upstream.write(bytes);
        });
      });
      return;
    }
    const upstream = connectTo(Number(server.port), server.hostname);
    upstreams.add(upstream);
    upstream.on("error", () => {});
    const session = { upstream, current: client };
    if (mode === "transaction") shared = session;
    const answers = withoutTrueKeys((bytes) => void session.current.write(bytes));
    upstream.on("data", answers);
    client.on("data", (bytes) => {
      if (mode === "transaction" && isGoodbye(bytes)) return;
      session.current = client;
      upstream.write(bytes);
    });
    client.on("close", () => mode === "session" && upstream.destroy());
  });
  await new Promise<void>((resolve) => pooler.listen(0, "127.0.0.1", resolve));
  const target = new URL(serverUrl);
  target.port = String((pooler.address() as { port: number }).port);
  target.hostname = "127.0.0.1";
  return {
    url: target.href,
    close: () =>
      new Promise((resolve) => {
        for (const upstream of upstreams) upstream.destroy();
        pooler.close(() => resolve());
      }),
  };
}

const isGoodbye = (bytes: Buffer) => bytes[0] === 0x58;

/** The server's messages, whole, with a made-up process id in the key data that opens a session. */
function withoutTrueKeys(write: (bytes: Buffer) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 5 && rest.length >= 1 + rest.readInt32BE(1)) {
      const end = 1 + rest.readInt32BE(1);
      write(rest[0] === KEY[0] ? KEY : Buffer.from(rest.subarray(0, end)));
      rest = rest.subarray(end);
    }
  };
}

/**
 * Between a client and its server: counts the statements that pass, and cuts the connection at one of them, before the
 * server has it or once it is done and its answer is lost. PostgreSQL documentation, 54.7 Message Formats.
 */
import net from "node:net";

export interface Cut {
  /** From 1, over all connections in the order of their statements. */
  readonly statement: number;
  readonly when: "before" | "after";
}

export interface CuttingProxy {
  /** The server's address, through here. */
  readonly url: string;
  /** The statements that have come by, each by its first words. */
  readonly statements: readonly string[];
  close(): Promise<void>;
}

/** @param cut null where nothing is cut and statements are only counted */
export async function cuttingProxy(to: string, cut: Cut | null): Promise<CuttingProxy> {
  const server = new URL(to);
  const statements: string[] = [];
  const sockets = new Set<net.Socket>();
  const proxy = net.createServer((client) => {
    const upstream = net.connect(Number(server.port), server.hostname);
    /** Its statement is under way, and its answer is to be lost. */
    let isDoomed = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", end);
    }
    // The first message of a connection has no type before its length.
    const fromClient = messages({ untyped: true }, (type, body) => {
      const text = textOf(type, body);
      if (text === null) return true;
      statements.push(text);
      if (statements.length !== cut?.statement) return true;
      if (cut.when === "after") isDoomed = true;
      return isDoomed;
    });
    const fromServer = messages({ untyped: false }, (type) => !(isDoomed && type === READY));
    client.on("data", (chunk) => (fromClient(chunk) ? upstream.write(chunk) : end()));
    upstream.on("data", (chunk) => {
      const goesOn = fromServer(chunk);
      if (!goesOn) end();
      else if (!isDoomed) client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = new URL(to);
  url.hostname = "127.0.0.1";
  url.port = String((proxy.address() as net.AddressInfo).port);
  return {
    url: url.href,
    statements,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        proxy.close(() => resolve());
      }),
  };
}

/** ReadyForQuery. */
const READY = "Z";

/** Query, and Parse of the extended protocol: null for all that only belongs to one. */
function textOf(type: string, body: Buffer): string | null {
  if (type === "Q") return words(body.toString("utf8", 0, body.length - 1));
  if (type !== "P") return null;
  const name = body.indexOf(0);
  return words(body.toString("utf8", name + 1, body.indexOf(0, name + 1)));
}

function words(sql: string): string {
  return sql.trim().replace(/\s+/g, " ").slice(0, 60);
}

/** @returns takes chunks; false as soon as `see` has said so of a message in one */
function messages(
  { untyped }: { untyped: boolean },
  see: (type: string, body: Buffer) => boolean,
): (chunk: Buffer) => boolean {
  let kept = Buffer.alloc(0);
  let isFirst = untyped;
  return (chunk) => {
    kept = Buffer.concat([kept, chunk]);
    let goesOn = true;
    for (;;) {
      const head = isFirst ? 0 : 1;
      if (kept.length < head + 4) return goesOn;
      const length = kept.readInt32BE(head);
      if (kept.length < head + length) return goesOn;
      const type = isFirst ? "" : String.fromCharCode(kept[0]!);
      const body = kept.subarray(head + 4, head + length);
      kept = kept.subarray(head + length);
      isFirst = false;
      if (!see(type, body)) goesOn = false;
    }
  };
}

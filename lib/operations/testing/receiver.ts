/** Who is called when a tenant is deleted, on the loopback: says what it is told to, and keeps what it heard. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP status, or no answer at all. */
export type Answer = number | "nothing";

export interface Receiver {
  readonly url: string;
  /** Ids of the calls, in their order. */
  readonly heard: string[];
  /** To the next calls, one after the other; the last one stays. */
  answers: Answer[];
  close(): Promise<void>;
}

export async function openReceiver(): Promise<Receiver> {
  const heard: string[] = [];
  const server = createServer((incoming, response) => {
    heard.push(String(incoming.headers["webhook-id"]));
    const answer = receiver.answers.length > 1 ? receiver.answers.shift()! : receiver.answers[0]!;
    incoming.resume();
    if (answer !== "nothing") response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/erase`,
    heard,
    answers: [200],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

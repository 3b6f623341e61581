/**
 * A socket whose bytes arrive in one buffer, filled again and again, instead of one that is allocated, cleared and
 * cut to size for each read: most of what a long COPY would cost in garbage (Node documentation, `onread` of
 * net.Socket). Bytes are still emitted as `data`, copied, until somebody takes them directly.
 */
import { Socket } from "node:net";

/** As much as one read takes at the most. */
const READ_BYTES = 256 * 1024;

/** Gets each chunk, which is good until it returns, or until the socket is resumed where it gives false. */
type Receive = (chunk: Buffer) => boolean;

const receivers = new WeakMap<object, { receive: Receive }>();

/** For `pg`'s option `stream`. Over TLS it would be another socket that reads: leave the option out there. */
export function createDirectSocket(): Socket {
  const emit: Receive = (chunk) => {
    socket.emit("data", Buffer.from(chunk));
    return true;
  };
  const receiver = { receive: emit };
  const socket = new Socket({
    onread: {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (length, buffer) => receiver.receive(Buffer.from(buffer.buffer, buffer.byteOffset, length)),
    },
  });
  receivers.set(socket, receiver);
  return socket;
}

/** Hands all further bytes to `receive`, until the function that it gives is called. Null for any other socket. */
export function takeDirectly(socket: object, receive: Receive): (() => void) | null {
  const receiver = receivers.get(socket);
  if (receiver === undefined) return null;
  const before = receiver.receive;
  receiver.receive = receive;
  return () => {
    receiver.receive = before;
  };
}

/** Ids of the records: UUID v7 (RFC 9562, 5.7), so that they sort by time and are known before the row is there. */
import { randomBytes } from "node:crypto";

let lastTime = 0;
let counter = 0;

/** A clock that goes back further was wrong before, and is believed now (RFC 9562, 6.1). Milliseconds. */
const SET_RIGHT = 60_000;

/**
 * A new id. Within a process each is greater than the one before, also within one millisecond: the 12 bits after the
 * time count (RFC 9562, 6.2, method 1), and when they run over, the time goes on by one. Only a clock that is set right
 * begins anew.
 */
export function newId(): string {
  const now = Date.now();
  if (now > lastTime || now < lastTime - SET_RIGHT) {
    lastTime = now;
    counter = randomBytes(2).readUInt16BE() & 0x7ff;
  } else if (++counter > 0xfff) {
    lastTime++;
    counter = 0;
  }
  const bytes = randomBytes(16);
  bytes.writeUIntBE(lastTime, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text from a route or a form can be an id at all; anything else would be an error of the server. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** Values of several parts from their text into what their receive functions read: point, tsvector, inet. */
import { isIPv4, isIPv6 } from "node:net";
import { putFloat8 } from "./binary-numbers.ts";
import { putBytes } from "./value-text.ts";

const QUOTE = 0x27;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;
const ZERO = 0x30;

/** `(1.5,-2)`; point_recv, src/backend/utils/adt/geo_ops.c. */
export function putPoint(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const comma = text.indexOf(COMMA, start);
  if (text[start] !== 0x28 || text[end - 1] !== 0x29 || comma === -1 || comma >= end) return -1;
  const second = putFloat8(text, start + 1, comma, target, at);
  return second === -1 ? -1 : putFloat8(text, comma + 1, end - 1, target, second);
}

/**
 * `'a':1A,2 'it''s'`: lexemes in quotes, `'` and `\` doubled, each with positions and their weights where it has any;
 * tsvectorrecv, src/backend/utils/adt/tsvector.c.
 */
export function putTsvector(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  let to = at + 4;
  let count = 0;
  for (let i = start; i < end; count++) {
    if (count > 0 && text[i++] !== SPACE) return -1;
    if (text[i++] !== QUOTE) return -1;
    for (; ; i++) {
      if (i >= end) return -1;
      const byte = text[i] as number;
      if (byte === QUOTE || byte === BACKSLASH) {
        if (text[i + 1] !== byte || i + 1 >= end) {
          if (byte === QUOTE) break;
          return -1;
        }
        i++;
      }
      target[to++] = byte;
    }
    i++;
    target[to++] = 0;
    const places = to;
    to += 2;
    let positions = 0;
    while (i < end && text[i] === (positions === 0 ? COLON : COMMA)) {
      let position = 0;
      for (i++; i < end && (text[i] as number) - ZERO >= 0 && (text[i] as number) - ZERO <= 9; i++)
        position = position * 10 + (text[i] as number) - ZERO;
      if (position < 1 || position > 16_383) return -1;
      // A, B and C; what has none is D.
      const weight = i < end ? WEIGHTS.indexOf(text[i] as number) : -1;
      if (weight > 0) i++;
      to = target.writeUInt16BE(((weight > 0 ? weight : 0) << 14) | position, to);
      positions++;
    }
    target.writeUInt16BE(positions, places);
  }
  target.writeInt32BE(count, at);
  return to;
}

const WEIGHTS = Buffer.from(" CBA");

/** How inet_recv names the families, whatever the system's own numbers are (src/include/utils/inet.h). */
const IPV4 = 2;
const IPV6 = 3;

/** `10.0.0.1`, `10.0.0.0/8`, `2001:db8::1/64`; inet_recv, src/backend/utils/adt/network.c. */
export function putInet(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const [address = "", mask, ...others] = text.toString("latin1", start, end).split("/");
  const bytes = isIPv4(address) ? ipv4Bytes(address) : isIPv6(address) ? ipv6Bytes(address) : null;
  if (bytes === null || others.length > 0 || (mask !== undefined && !/^\d{1,3}$/.test(mask))) return -1;
  const bits = mask === undefined ? bytes.length * 8 : Number(mask);
  if (bits > bytes.length * 8) return -1;
  target.set([bytes.length === 4 ? IPV4 : IPV6, bits, 0, bytes.length, ...bytes], at);
  return at + 4 + bytes.length;
}

function ipv4Bytes(address: string): number[] {
  return address.split(".").map(Number);
}

/** Of a valid address: groups of four hexadecimal digits, one row of zeros left out, the last two perhaps as IPv4. */
function ipv6Bytes(address: string): number[] | null {
  if (address.includes("%")) return null;
  const [head = [], tail = []] = address.split("::").map((half) =>
    half.split(":").flatMap((group) => {
      if (group.includes(".")) return ipv4Bytes(group);
      const value = Number.parseInt(group, 16);
      return group === "" ? [] : [value >> 8, value & 255];
    }),
  );
  return [...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

/** As it is: text, json, labels of enums. */
export function putText(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  return putBytes(text, start, end, target, at);
}

/** jsonb_recv: a version, and the text. */
export function putJsonb(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  target[at] = 1;
  return putBytes(text, start, end, target, at + 1);
}

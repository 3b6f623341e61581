/**
 * Where json values end, in a json or jsonb column's text. Numbers are never read and nothing is rebuilt: a place
 * past the value, or -1 where the text ends first or is no json. The type's input function has judged the rest.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Past the white space that json has (RFC 8259, 2). */
export function skipSpace(text: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const byte = text[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}

/** Past the string whose opening quote stands at `start`. */
export function endOfString(text: Buffer, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const byte = text[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at++;
  }
  return -1;
}

/** Past a number, true, false or null. */
export function endOfWord(text: Buffer, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const byte = text[at] as number;
    const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
    const isNumeric = (byte >= 0x30 && byte <= 0x39) || byte === 0x2b || byte === 0x2d || byte === 0x2e;
    if (!isLetter && !isNumeric) break;
  }
  return at > start ? at : -1;
}

/** Past any value. Depth is counted, not recursed into: a hostile file may nest as deep as it likes. */
export function endOfValue(text: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  do {
    at = skipSpace(text, at);
    const byte = text[at];
    if (byte === undefined) return -1;
    if (byte === QUOTE) {
      at = endOfString(text, at);
    } else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      at++;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
      at++;
    } else if (byte === 0x2c || byte === 0x3a) {
      if (depth === 0) return -1;
      at++;
    } else {
      at = endOfWord(text, at);
    }
    if (at < 0 || depth < 0) return -1;
  } while (depth > 0);
  return at;
}

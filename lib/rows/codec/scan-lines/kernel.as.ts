/**
 * The line scanner of line-scanner.ts over a piece of memory, 16 bytes at a time: WebAssembly, written in AssemblyScript
 * (its documentation, "Built-ins"). `npm run kernels` makes kernel.ts of it.
 *
 * What it takes the scanner in JavaScript takes too, and finds the same places; what it does not take (a fault, a `\u`,
 * a line that does not end here) it leaves to that one, which says what is wrong.
 */

/** Bytes of lines at a time. */
export const CAPACITY: i32 = 64 * 1024;
/** Vectors are read whole: so many bytes are looked at behind the last one. */
const BEHIND: i32 = 32;
/** PostgreSQL documentation, Appendix K: columns of a table. */
export const MOST_COLUMNS: i32 = 1600;
/** Bytes of all keys of a line together, with what stands around them. */
export const MOST_KEYS: i32 = 64 * 1024;

/** Lines, and a newline behind them. */
export const BYTES: usize = memory.data(CAPACITY + BEHIND, 16);
/** What stands before each column's value, one after the other. */
export const KEYS: usize = memory.data(MOST_KEYS + BEHIND, 16);
/** Of each column, the length of what stands before its value, and whether the value is a literal. */
export const KEY_LENGTHS: usize = memory.data(4 * MOST_COLUMNS, 16);
export const LITERAL: usize = memory.data(MOST_COLUMNS, 16);
/** What a line comes to, by column: line-scanner.ts, LineScanner. */
export const STARTS: usize = memory.data(4 * MOST_COLUMNS, 16);
export const ENDS: usize = memory.data(4 * MOST_COLUMNS, 16);
export const FLAGS: usize = memory.data(MOST_COLUMNS, 16);

const NEWLINE: i32 = 0x0a;
const COMMA: i32 = 0x2c;
const QUOTE: i32 = 0x22;
const BACKSLASH: i32 = 0x5c;
const BRACE: i32 = 0x7d;
const QUOTES: i32 = 1;
const ESCAPED: i32 = 2;
const MOST_DIGITS: i32 = 10;
/** `null`, `true`, `fals` as they are loaded. */
const NULL_WORD: u32 = 0x6c6c756e;
const TRUE_WORD: u32 = 0x65757274;
const FALS_WORD: u32 = 0x736c6166;

@inline
function is(bytes: v128, character: i32): v128 {
  return i8x16.eq(bytes, i8x16.splat(<i8>character));
}

/** Whether `key` is what stands at `at`. */
@inline
function isKey(at: usize, key: usize, length: i32): bool {
  for (let k: i32 = 0; k < length; k += 16) {
    const same = i8x16.bitmask(i8x16.eq(v128.load(at + k), v128.load(key + k)));
    const wanted = length - k >= 16 ? 0xffff : (1 << (length - k)) - 1;
    if ((same & wanted) != wanted) return false;
  }
  return true;
}

/** What an escape's letter makes of its value's record text, or -1 where JavaScript has to look. */
@inline
function flagOfEscape(letter: i32): i32 {
  // Quote, backslash, form feed, newline, carriage return and tab are quoted in a record; slash and backspace are not.
  if (letter == QUOTE || letter == BACKSLASH || letter == 0x66 || letter == 0x6e || letter == 0x72 || letter == 0x74)
    return QUOTES;
  return letter == 0x2f || letter == 0x62 ? 0 : -1;
}

/** Behind the string's closing quote, or 0. */
@inline
function scanString(start: usize, column: i32): usize {
  let at = start;
  let flags: i32 = 0;
  let quoting: i32 = 0;
  for (;;) {
    const bytes = v128.load(at);
    const stops = i8x16.bitmask(
      v128.or(v128.or(is(bytes, QUOTE), is(bytes, BACKSLASH)), i8x16.lt_u(bytes, i8x16.splat(0x20))),
    );
    const quoted = i8x16.bitmask(
      v128.or(v128.or(is(bytes, 0x20), is(bytes, COMMA)), v128.or(is(bytes, 0x28), is(bytes, 0x29))),
    );
    if (stops == 0) {
      quoting |= quoted;
      at += 16;
      continue;
    }
    const plain = ctz(stops);
    quoting |= quoted & ((1 << plain) - 1);
    at += plain;
    const stop = <i32>load<u8>(at);
    if (stop == QUOTE) break;
    if (stop != BACKSLASH) return 0;
    const flag = flagOfEscape(<i32>load<u8>(at, 1));
    if (flag < 0) return 0;
    flags |= flag | ESCAPED;
    at += 2;
  }
  store<i32>(STARTS + (column << 2), <i32>(start - BYTES));
  store<i32>(ENDS + (column << 2), <i32>(at - BYTES));
  store<u8>(FLAGS + column, flags | (quoting != 0 ? QUOTES : 0));
  return at + 1;
}

/** Behind `true`, `false` or an integer as an int4 prints, or 0. */
@inline
function endOfLiteral(start: usize): usize {
  const word = load<u32>(start);
  if (word == TRUE_WORD) return start + 4;
  if (word == FALS_WORD) return load<u8>(start, 4) == 0x65 ? start + 5 : 0;
  const digits = load<u8>(start) == 0x2d ? start + 1 : start;
  let at = digits;
  while (load<u8>(at) >= 0x30 && load<u8>(at) <= 0x39) at++;
  const length = <i32>(at - digits);
  if (length == 0 || length > MOST_DIGITS) return 0;
  if (load<u8>(digits) == 0x30 && (length > 1 || digits > start)) return 0;
  return at;
}

/**
 * Scans the line that starts at `from`, of `length` bytes behind which a newline stands.
 *
 * @param columns how many keys and literals there are
 * @param leading whether a line goes on behind these columns
 * @returns the place after the line's newline, or -1
 */
export function scan(from: i32, length: i32, columns: i32, leading: bool): i32 {
  let at: usize = BYTES + from;
  let key: usize = KEYS;
  for (let column: i32 = 0; column < columns; column++) {
    const keyLength = load<i32>(KEY_LENGTHS + (column << 2));
    if (!isKey(at, key, keyLength)) return -1;
    at += keyLength;
    key += keyLength;
    const literal = load<u8>(LITERAL + column) != 0;
    if (load<u8>(at) == QUOTE) {
      if (literal) return -1;
      at = scanString(at + 1, column);
      if (at == 0) return -1;
    } else if (load<u32>(at) == NULL_WORD) {
      store<i32>(STARTS + (column << 2), -1);
      store<u8>(FLAGS + column, 0);
      at += 4;
    } else {
      if (!literal) return -1;
      const end = endOfLiteral(at);
      if (end == 0) return -1;
      store<i32>(STARTS + (column << 2), <i32>(at - BYTES));
      store<i32>(ENDS + (column << 2), <i32>(end - BYTES));
      store<u8>(FLAGS + column, 0);
      at = end;
    }
    if (<i32>(at - BYTES) > length) return -1;
  }
  if (leading) {
    if (load<u8>(at) != COMMA) return -1;
    for (;;) {
      const found = i8x16.bitmask(is(v128.load(at), NEWLINE));
      if (found != 0) {
        at += ctz(found);
        break;
      }
      at += 16;
    }
    at++;
  } else {
    if (load<u16>(at) != <u16>(BRACE | (NEWLINE << 8))) return -1;
    at += 2;
  }
  const end = <i32>(at - BYTES);
  return end > length ? -1 : end;
}

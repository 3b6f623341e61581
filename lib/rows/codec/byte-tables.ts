/** What a byte means to the three texts that a value can be written in, as tables of 256: one load a byte. */

/** Ends a run of plain bytes inside a JSON string: `"`, `\` and control characters. */
export const STOPS = 128;

/**
 * Makes Postgres' record_out quote the field. It asks the C library's `isspace`, which in a UTF-8 database and
 * with glibc is true of ASCII white space only (src/backend/utils/adt/rowtypes.c).
 */
export const QUOTES = 1;

/** Bits of STOPS and QUOTES for a byte inside a JSON string. `"` and `\` are only ever there escaped. */
export const IN_STRING = new Uint8Array(256);
for (let byte = 0; byte < 0x20; byte++) IN_STRING[byte] = STOPS;
IN_STRING[0x22] = STOPS;
IN_STRING[0x5c] = STOPS;
for (const character of " (),") IN_STRING[character.charCodeAt(0)] = QUOTES;

/** 1 where record_out quotes a field for this byte of its value. */
export const QUOTED_IN_RECORD = new Uint8Array(256);
for (const character of ' \t\n\v\f\r"\\(),') QUOTED_IN_RECORD[character.charCodeAt(0)] = 1;

/** The letter after the backslash in COPY text, 0 where the byte stands for itself (COPY, File Formats). */
export const COPY_ESCAPES = new Uint8Array(256);
for (const [character, letter] of ["\bb", "\ff", "\nn", "\rr", "\tt", "\vv", "\\\\"]) {
  COPY_ESCAPES[(character as string).charCodeAt(0)] = (letter as string).charCodeAt(0);
}

/** The letter after the backslash in JSON as Postgres' escape_json writes it; `u` for `\u00XX`. */
export const JSON_ESCAPES = new Uint8Array(256);
JSON_ESCAPES.fill(0x75, 0, 0x20);
for (const [character, letter] of ["\bb", "\ff", "\nn", "\rr", "\tt", '""', "\\\\"]) {
  JSON_ESCAPES[(character as string).charCodeAt(0)] = (letter as string).charCodeAt(0);
}

/** What the letter after a backslash in a JSON string stands for; 0 where it is `u` or no escape at all. */
export const JSON_UNESCAPES = new Uint8Array(256);
for (const [letter, character] of ['""', "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"]) {
  JSON_UNESCAPES[(letter as string).charCodeAt(0)] = (character as string).charCodeAt(0);
}

/** The value of a hexadecimal digit, 255 where the byte is none. */
export const HEX_VALUES = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 16; digit++) {
  HEX_VALUES[digit.toString(16).charCodeAt(0)] = digit;
  HEX_VALUES[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** `0` to `f`, as bytes. */
export const HEX_DIGITS = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

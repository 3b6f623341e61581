/** The shapes of ids that applications make: which texts have one, and a fresh text of the same shape. */
import { ALPHABETS, type ByteSource, draw } from "./alphabets.ts";

export interface IdShape {
  /** Regular expression of all its texts, without anchors and groups. */
  readonly expression: string;
  /** A fresh one; where the shape begins with a time, the old one's time is kept, and with it the order. */
  fresh(old: string, bytes: ByteSource): string;
}

/** The longest run of letters that a template may ask for. */
const LONGEST = 255;

function letters(alphabet: string): (count: number) => IdShape {
  const escaped = [...alphabet].map((letter) => (letter === "-" ? "\\-" : letter)).join("");
  return (count) => ({
    expression: `[${escaped}]{${count}}`,
    fresh: (_, bytes) => draw(alphabet, count, bytes),
  });
}

/** c, eight letters of time, then counter, fingerprint and chance (github.com/paralleldrive/cuid). */
const cuid: IdShape = {
  expression: "c[0-9a-z]{24}",
  fresh: (old, bytes) => old.slice(0, 9) + draw(ALPHABETS.base36, 16, bytes),
};

/** A letter, then letters and digits; 24 unless configured otherwise (github.com/paralleldrive/cuid2). */
function cuid2(count: number): IdShape {
  return {
    expression: `[a-z][0-9a-z]{${count - 1}}`,
    fresh: (_, bytes) => draw(ALPHABETS.lower, 1, bytes) + draw(ALPHABETS.base36, count - 1, bytes),
  };
}

/** Ten letters of time, the first at most 7, and sixteen of chance (github.com/ulid/spec); either case. */
const ulid: IdShape = {
  expression: "(?:[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-7][0-9a-hjkmnp-tv-z]{25})",
  fresh(old, bytes) {
    const chance = draw(ALPHABETS.crockford, 16, bytes);
    return old.slice(0, 10) + (/[a-z]/.test(old) ? chance.toLowerCase() : chance);
  },
};

/** Four bytes of seconds and sixteen of chance as one number in 27 letters (github.com/segmentio/ksuid). */
const ksuid: IdShape = {
  expression: "[0-9A-Za-z]{27}",
  fresh(old, bytes) {
    let value = 0n;
    for (const letter of old) value = value * 62n + BigInt(ALPHABETS.base62.indexOf(letter));
    // Beyond 2^160 it is no ksuid; its time then wraps, and it stays one of 27 letters.
    value = BigInt.asUintN(160, value) >> 128n;
    for (let i = 0; i < 16; i++) value = (value << 8n) | BigInt(bytes.next());
    let text = "";
    for (; text.length < 27; value /= 62n) text = ALPHABETS.base62[Number(value % 62n)] + text;
    return text;
  },
};

/** Version 4, whatever the old one's: a uuid of its own would be a `uuid` id; this is one inside a template. */
const uuid: IdShape = {
  expression: "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
  fresh(_, bytes) {
    const hex = draw(ALPHABETS.hex, 30, bytes);
    const variant = draw("89ab", 1, bytes);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-${variant}${hex.slice(15, 18)}-${hex.slice(18)}`;
  },
};

const FIXED: Readonly<Record<string, IdShape>> = { cuid, cuid2: cuid2(24), ulid, ksuid, uuid };

const COUNTED: Readonly<Record<string, (count: number) => IdShape>> = {
  digits: letters(ALPHABETS.digits),
  hex: letters(ALPHABETS.hex),
  base36: letters(ALPHABETS.base36),
  base58: letters(ALPHABETS.base58),
  base62: letters(ALPHABETS.base62),
  nanoid: letters(ALPHABETS.nanoid),
  cuid2,
};

/** The shape that `cuid`, `nanoid`, `nanoid:12` or `base62:16` names; null where there is none of the name. */
export function idShape(name: string): IdShape | null {
  const [, word = "", digits] = /^([a-z0-9]+)(?::([1-9][0-9]{0,2}))?$/.exec(name) ?? [];
  if (digits === undefined) {
    if (word === "nanoid") return letters(ALPHABETS.nanoid)(21);
    return Object.hasOwn(FIXED, word) ? (FIXED[word] ?? null) : null;
  }
  const count = Number(digits);
  if (count > LONGEST || (word === "cuid2" && count < 2)) return null;
  return Object.hasOwn(COUNTED, word) ? (COUNTED[word]?.(count) ?? null) : null;
}

/**
 * Numbers from the text that Postgres prints into the bytes that its receive functions read: numeric_recv,
 * float8recv, float4recv (src/backend/utils/adt/numeric.c, float.c).
 */

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

const NEGATIVE = 0x4000;
const SPECIAL: Readonly<Record<string, number>> = { NaN: 0xc000, Infinity: 0xd000, "-Infinity": 0xf000 };

/** What numeric_recv takes at the most: digits behind the point, and digits of 10,000 in front of and behind it. */
const MOST_SCALE = 16_383;
const MOST_DIGITS = 0x7fff;

/** Gives the place after, or -1 where the text is no numeric. */
export function putNumeric(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const negative = text[start] === MINUS;
  const first = negative ? start + 1 : start;
  let point = end;
  for (let i = first; i < end; i++) {
    const digit = (text[i] as number) - ZERO;
    if (digit >= 0 && digit <= 9) continue;
    if (text[i] !== POINT || point !== end) return putSpecial(text, start, end, target, at);
    point = i;
  }
  const scale = point === end ? 0 : end - point - 1;
  const before = (point - first + 3) >> 2;
  const count = before + ((scale + 3) >> 2);
  if (point === first || (point !== end && scale === 0) || scale > MOST_SCALE || count > MOST_DIGITS)
    return -1;
  target.writeInt16BE(count, at);
  target.writeInt16BE(before - 1, at + 2);
  target.writeUInt16BE(negative ? NEGATIVE : 0, at + 4);
  target.writeInt16BE(scale, at + 6);
  let to = at + 8;
  // Digits of 10,000 are counted from the point, to either side.
  for (let i = point - before * 4; i < point; i += 4) {
    let digit = 0;
    for (let k = i < first ? first : i; k < i + 4; k++) digit = digit * 10 + (text[k] as number) - ZERO;
    to = target.writeInt16BE(digit, to);
  }
  for (let i = point + 1; i < end; i += 4) {
    let digit = 0;
    for (let k = i; k < i + 4; k++) digit = digit * 10 + (k < end ? (text[k] as number) - ZERO : 0);
    to = target.writeInt16BE(digit, to);
  }
  return to;
}

function putSpecial(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const sign = end - start <= 9 ? SPECIAL[text.toString("latin1", start, end)] : undefined;
  if (sign === undefined) return -1;
  target.writeInt32BE(0, at);
  target.writeUInt16BE(sign, at + 4);
  return target.writeInt16BE(0, at + 6);
}

const FLOAT = /^-?\d+(?:\.\d+)?(?:e[+-]\d+)?$/;

/** NaN's text gives NaN; anything that is no float gives undefined. */
function floatAt(text: Buffer, start: number, end: number): number | undefined {
  const written = text.toString("latin1", start, end);
  if (written === "NaN") return Number.NaN;
  if (written === "Infinity") return Number.POSITIVE_INFINITY;
  if (written === "-Infinity") return Number.NEGATIVE_INFINITY;
  return FLOAT.test(written) ? Number(written) : undefined;
}

export function putFloat8(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const value = floatAt(text, start, end);
  return value === undefined ? -1 : target.writeDoubleBE(value, at);
}

export function putFloat4(text: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const value = floatAt(text, start, end);
  if (value === undefined) return -1;
  const rounded = Math.fround(value);
  const nearest = isMiddle(value) ? besideMiddle(text.toString("latin1", start, end), value) : rounded;
  return target.writeFloatBE(nearest, at);
}

const bits = new DataView(new ArrayBuffer(8));

/** Whether it lies in the middle between two float4: a text beside it, rounded twice, could end at the wrong one. */
function isMiddle(value: number): boolean {
  bits.setFloat64(0, value);
  return (bits.getUint32(4) & 0x1fffffff) === 0x10000000 && Number.isFinite(Math.fround(value));
}

/** The float4 nearest to the text, of which the middle `value` is the nearest float8. */
function besideMiddle(text: string, value: number): number {
  const rounded = Math.fround(value);
  const side = compareDecimals(decimal(text), decimal(value.toExponential(100)));
  if (side === 0 || side < 0 === Math.abs(rounded) < Math.abs(value)) return rounded;
  bits.setFloat32(0, Math.abs(rounded));
  bits.setUint32(0, bits.getUint32(0) + side);
  return Math.sign(value) * bits.getFloat32(0);
}

interface Decimal {
  readonly digits: string;
  /** Of the first digit. */
  readonly power: number;
}

/** Of a number that is not 0, without its sign. */
function decimal(text: string): Decimal {
  const [mantissa = "", power = "0"] = text.split("e");
  const [before = "", behind = ""] = mantissa.split(".");
  const digits = (before + behind).replace(/^-?0*/, "");
  return { digits, power: Number(power) - behind.length + digits.length };
}

function compareDecimals(a: Decimal, b: Decimal): -1 | 0 | 1 {
  if (a.power !== b.power) return a.power < b.power ? -1 : 1;
  const length = Math.max(a.digits.length, b.digits.length);
  const [first, second] = [a.digits.padEnd(length, "0"), b.digits.padEnd(length, "0")];
  return first === second ? 0 : first < second ? -1 : 1;
}

/** Which bytes of a file a request asks for (RFC 9110, 14.1.2 and 13.1.5). Pure. */

/** Both ends inclusive, as in the header. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export type AskedRange =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly range: ByteRange }
  /** It begins behind the file's end, or asks for its last zero bytes. */
  | { readonly kind: "unsatisfiable" };

const WHOLE: AskedRange = { kind: "whole" };

export interface RangeHeaders {
  readonly range: string | null;
  readonly ifRange: string | null;
}

/**
 * One range is answered; several, or what is no range, are ignored, as a server may: the whole file is right then.
 * A range of a file that is another one by now is ignored too.
 *
 * @param etag as it is sent, with its quotes
 */
export function askedRange({ range, ifRange }: RangeHeaders, size: number, etag: string): AskedRange {
  if (range === null || (ifRange !== null && ifRange.trim() !== etag)) return WHOLE;
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(range.trim());
  if (match === null) return WHOLE;
  const [, from = "", to = ""] = match;
  if (from === "") return to === "" ? WHOLE : suffix(Number(to), size);
  const start = Number(from);
  const end = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < start) return WHOLE;
  return start >= size ? { kind: "unsatisfiable" } : { kind: "part", range: { start, end } };
}

function suffix(length: number, size: number): AskedRange {
  if (length === 0 || size === 0) return { kind: "unsatisfiable" };
  return { kind: "part", range: { start: Math.max(0, size - length), end: size - 1 } };
}

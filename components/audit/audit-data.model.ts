/** The facts of an entry as short texts: `role: admin`, `version: 3`, `digest: 9f2c41…e1b0`. Pure. */
import { elideMiddle } from "../ui/quantities.ts";

/** SHA-256 in hex: a digest, a fingerprint. */
const HASH = /^[0-9a-f]{64}$/;

/** Longer ones are cut: the export has them whole. */
const LONGEST = 160;

export function dataFacts(data: unknown): readonly string[] {
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      if (HASH.test(text)) return `${name}: ${elideMiddle(text)}`;
      return `${name}: ${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}`;
    });
}

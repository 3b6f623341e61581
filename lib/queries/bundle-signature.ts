/** What the records keep of a bundle's signature, and what it is worth now: the keys that count change. Pure. */
import { z } from "zod";
import type { SignatureState } from "../bundle/seal/envelope.ts";

const signature = z.object({
  state: z.enum(["unsigned", "trusted", "untrusted", "invalid"]),
  keyId: z.string().optional(),
  sig: z.string().optional(),
});

/** Null before the bundle was verified. */
export function readSignature(kept: unknown): SignatureState | null {
  return signature.safeParse(kept).data ?? null;
}

/**
 * `distrusted`: its key was trusted once and is not any more. `unproved`: its key is trusted since the bundle was
 * verified, and nobody has looked since whether the signature fits.
 */
export type SignatureNow = SignatureState["state"] | "distrusted" | "unproved";

/** @param key the one that signed, as the console knows it at this moment; undefined where it does not */
export function signatureNow(
  kept: SignatureState | null,
  key: { readonly trusted: boolean } | undefined,
): SignatureNow | null {
  if (kept === null || kept.state === "unsigned" || kept.state === "invalid") return kept?.state ?? null;
  if (key === undefined) return "untrusted";
  if (!key.trusted) return "distrusted";
  return kept.state === "trusted" ? "trusted" : "unproved";
}

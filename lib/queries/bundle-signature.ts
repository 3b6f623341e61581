/** What the records keep of a bundle's signature, as a value of one of the known states. Pure. */
import { z } from "zod";
import type { SignatureState } from "../bundle/seal/envelope.ts";

const signature = z.object({
  state: z.enum(["unsigned", "trusted", "untrusted", "invalid"]),
  keyId: z.string().optional(),
});

/** Null before the bundle was verified. */
export function readSignature(kept: unknown): SignatureState | null {
  return signature.safeParse(kept).data ?? null;
}

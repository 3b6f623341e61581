/** What a console makes of a bundle's signature beside what the file itself says. Pure. */
import type { SignatureState } from "../../bundle/seal/envelope.ts";
import type { Finding } from "../../findings/finding.ts";

export interface DistrustedKey {
  readonly keyId: string;
  readonly label: string;
  readonly reason: string | null;
}

/**
 * The findings of reading a bundle, as an operation shows them: a key that was distrusted blocks, and one that nobody
 * knows can be added under Settings.
 */
export function judgeSignature(
  findings: readonly Finding[],
  signature: SignatureState | null,
  distrusted: readonly DistrustedKey[],
): Finding[] {
  const key = distrusted.find(({ keyId }) => keyId === signature?.keyId);
  return findings.map((finding) => {
    if (finding.code !== "bundle-key-unknown") return finding;
    if (key === undefined)
      return {
        ...finding,
        todo: "Where it is known whose key it is, an admin adds it under Settings, Signing keys.",
      };
    return {
      ...finding,
      code: "bundle-key-distrusted",
      severity: "blocks",
      what: `It is signed by a key that is no longer trusted: “${key.label}” (${key.keyId}). ${key.reason ?? ""}`.trim(),
      todo: "Export the tenant again, so that the bundle is signed by the present key.",
    };
  });
}

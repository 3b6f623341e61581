import type { SignatureNow } from "../../lib/queries/bundle-signature.ts";
import { Status, type Tone } from "../ui/status.tsx";

const LOOK: Readonly<Record<SignatureNow, { readonly tone: Tone; readonly word: string }>> = {
  trusted: { tone: "ok", word: "trusted" },
  untrusted: { tone: "warn", word: "by an unknown key" },
  unsigned: { tone: "warn", word: "unsigned" },
  invalid: { tone: "bad", word: "false" },
  distrusted: { tone: "bad", word: "by a distrusted key" },
  unproved: { tone: "warn", word: "key trusted since: verify it again" },
};

/** What the signature that a bundle bears is worth now; null before it was verified. */
export function Signature({ state }: { readonly state: SignatureNow | null }) {
  if (state === null) return <span className="text-ink-soft">not verified</span>;
  return <Status tone={LOOK[state].tone}>{LOOK[state].word}</Status>;
}

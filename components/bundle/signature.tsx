import type { SignatureState } from "../../lib/bundle/seal/envelope.ts";
import { Status, type Tone } from "../ui/status.tsx";

const LOOK: Readonly<Record<SignatureState["state"], { readonly tone: Tone; readonly word: string }>> = {
  trusted: { tone: "ok", word: "trusted" },
  untrusted: { tone: "warn", word: "by an unknown key" },
  unsigned: { tone: "warn", word: "unsigned" },
  invalid: { tone: "bad", word: "false" },
};

/** Whose signature a bundle bears; null before it was verified. */
export function Signature({ state }: { readonly state: SignatureState["state"] | null }) {
  if (state === null) return <span className="text-ink-soft">not verified</span>;
  return <Status tone={LOOK[state].tone}>{LOOK[state].word}</Status>;
}

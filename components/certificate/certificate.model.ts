/** What a certificate's signature comes to, and what has become of it since, in words. Pure. */
import type { SignatureState } from "../../lib/bundle/seal/envelope.ts";
import type { CertificateView } from "../../lib/queries/certificate.ts";
import type { Tone } from "../ui/status.tsx";

export function signatureInWords({ state }: Pick<SignatureState, "state">): [Tone, string] {
  switch (state) {
    case "trusted":
      return ["ok", "Signed by a key that is trusted here."];
    case "untrusted":
      return ["warn", "Signed by a key that is not trusted here any more."];
    case "unsigned":
      return ["warn", "Not signed: no key signed when it was issued."];
    case "invalid":
      return ["bad", "The signature does not fit: this is not what was issued."];
  }
}

/** What whoever reads it has to know that it cannot say itself; null where it holds as it stands. */
export function sinceThen({
  state,
  thereAgain,
  bundlesLeft,
}: Pick<CertificateView, "state" | "thereAgain" | "bundlesLeft">): string | null {
  switch (state) {
    case "restored":
      return "The tenant was restored since: what this certificate says is not so any more.";
    case "replaced":
      return "The tenant was there again, from a backup, and another delete has taken it up: see its latest certificate.";
    case "deleting":
    case "deleted":
      if (thereAgain)
        return "The tenant is there again: its database came back from an older backup, or somebody has put it back.";
      return bundlesLeft === 0 ? "No bundle of the tenant is left either." : null;
  }
}

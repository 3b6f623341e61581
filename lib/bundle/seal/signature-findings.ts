import type { Finding } from "../../findings/finding.ts";
import { bundleFinding, WHOLE_BUNDLE } from "../refused.ts";
import type { SignatureState } from "./envelope.ts";

/** What a reader should know about whose word the seal is. */
export function signatureFindings({ state, keyId }: SignatureState): Finding[] {
  switch (state) {
    case "trusted":
      return [];
    case "unsigned": {
      const what = "It is not signed: its seal proves that it is whole, not who made it.";
      return [{ code: "bundle-unsigned", severity: "notes", where: WHOLE_BUNDLE, what }];
    }
    case "untrusted": {
      const what = `It is signed by a key that is not trusted here (${keyId}).`;
      const todo = "Name the key with --trust, if it is known where the bundle comes from.";
      return [{ code: "bundle-key-unknown", severity: "warns", where: WHOLE_BUNDLE, what, todo }];
    }
    case "invalid":
      return [
        bundleFinding(
          "bundle-signature-invalid",
          WHOLE_BUNDLE,
          `Its signature by ${keyId} does not fit its seal.`,
        ),
      ];
    default:
      return assertNever(state);
  }
}

function assertNever(value: never): never {
  throw new Error(`no such state: ${String(value)}`);
}

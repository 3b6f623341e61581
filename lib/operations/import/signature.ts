/** Whose word an import takes for what is in the bundle: a trusted key's, or an admin's who says so. Pure. */
import { rolesWith } from "../../access/permissions.ts";
import type { SignatureState } from "../../bundle/seal/envelope.ts";
import type { Gate } from "../../engine/plan.ts";

export interface Acceptance {
  /** The request says that it wants the bundle whoever made it. */
  readonly asked: boolean;
  /** Whether who requested it may say so, at this moment. */
  readonly allowed: boolean;
}

const TITLE = "The bundle is signed by a trusted key";

/** @param signature null where the bundle was not read to its end */
export function signatureGate(signature: SignatureState | null, acceptance: Acceptance): Gate {
  const gate = (holds: boolean, detail: string): Gate => ({
    code: "signature-trusted",
    title: TITLE,
    holds,
    detail,
  });
  if (signature === null) return gate(false, "Not looked at: other findings stopped the plan before.");
  if (signature.state === "trusted") return gate(true, "A key that is trusted here vouches for it.");
  const whose = WHOSE[signature.state];
  if (acceptance.asked && acceptance.allowed)
    return gate(true, `${whose} Whoever requests the import takes it all the same, and answers for it.`);
  const who = rolesWith("accept:signature").join(" or ");
  return gate(
    false,
    acceptance.asked
      ? `${whose} Only ${who} may take it all the same.`
      : `${whose} Trust its key, or have ${who} request the import and say that it is to be taken all the same.`,
  );
}

const WHOSE: Readonly<Record<Exclude<SignatureState["state"], "trusted">, string>> = {
  unsigned: "Nobody has signed it: its seal proves that it is whole, not who made it.",
  untrusted: "It is signed by a key that is not trusted here.",
  invalid: "Its signature is false.",
};

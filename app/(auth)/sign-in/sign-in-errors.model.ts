/** What a sign-in through the provider came back with, as a finding: codes in the address, sentences here. */
import { WRONG_CREDENTIALS } from "../../../lib/access/sign-in.ts";
import type { Finding } from "../../../lib/findings/finding.ts";

const SENTENCES: Readonly<Record<string, readonly [what: string, todo: string]>> = {
  "no-email": [
    "The provider told no e-mail address for you.",
    "Ask whoever runs the provider to let the console see it.",
  ],
  "email-unverified": [
    "Somebody here has this e-mail already, and the provider has not verified that it is yours.",
    "Verify it with the provider, or sign in with your password.",
  ],
  "other-account": [
    "Your e-mail belongs here to another account of the provider.",
    "Sign in with that one, or ask an admin.",
  ],
  disabled: ["This account is disabled.", "Ask an admin."],
};

const OTHER = [
  "The sign-in through the provider did not succeed.",
  "Try again; if it stays so, ask an admin.",
] as const;

/** A finding for `?error=` of the sign-in page; null where there is none. Other codes than ours get a general one. */
export function signInError(code: unknown): Finding | null {
  if (typeof code !== "string" || code === "") return null;
  if (code === "CredentialsSignin") return WRONG_CREDENTIALS;
  const known = Object.hasOwn(SENTENCES, code);
  const [what, todo] = known ? SENTENCES[code]! : OTHER;
  return { code: known ? `oidc-${code}` : "oidc-failed", severity: "blocks", where: "sign-in", what, todo };
}

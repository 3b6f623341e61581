import { expect, it } from "vitest";
import { signInError } from "./sign-in-errors.model.ts";

it("says what the provider's answer means, with what to do", () => {
  for (const code of ["no-email", "email-unverified", "other-account", "disabled"]) {
    expect(signInError(code)).toMatchObject({
      code: `oidc-${code}`,
      what: expect.stringMatching(/\.$/),
      todo: expect.any(String),
    });
  }
});

it("takes any other code for a failure, and never shows what an address holds", () => {
  for (const code of ["Configuration", "<script>", "constructor", "__proto__"]) {
    expect(signInError(code)).toMatchObject({ code: "oidc-failed" });
    expect(JSON.stringify(signInError(code))).not.toContain(code);
  }
  expect(signInError("CredentialsSignin")).toMatchObject({ code: "credentials-wrong" });
});

it("is nothing where nothing failed", () => {
  for (const code of [undefined, "", ["disabled"]]) expect(signInError(code)).toBeNull();
});

import { expect, test } from "vitest";
import type { SignatureState } from "../../bundle/seal/envelope.ts";
import { signatureGate } from "./signature.ts";

const gate = (state: SignatureState["state"], asked: boolean, allowed: boolean) =>
  signatureGate({ state }, { asked, allowed });

test("a trusted key's bundle is taken, whoever asks", () => {
  expect(gate("trusted", false, false)).toMatchObject({ code: "signature-trusted", holds: true });
});

test.each(["unsigned", "untrusted"] as const)("one that is %s only where an admin says so", (state) => {
  expect(gate(state, true, true).holds).toBe(true);
  expect(gate(state, false, true)).toMatchObject({ holds: false, detail: expect.stringContaining("admin") });
  expect(gate(state, true, false)).toMatchObject({
    holds: false,
    detail: expect.stringMatching(/Only admin/),
  });
  expect(gate(state, false, false).holds).toBe(false);
});

test("what nobody has read is not trusted", () => {
  expect(signatureGate(null, { asked: true, allowed: true }).holds).toBe(false);
});

import { expect, it } from "vitest";
import { signatureInWords, sinceThen } from "./certificate.model.ts";

it("says of every signature what it comes to", () => {
  expect(signatureInWords({ state: "trusted" })[0]).toBe("ok");
  expect(signatureInWords({ state: "invalid" })).toEqual(["bad", expect.stringContaining("does not fit")]);
  for (const state of ["unsigned", "untrusted"] as const) expect(signatureInWords({ state })[0]).toBe("warn");
});

it("says what has become of it since", () => {
  expect(sinceThen({ state: "deleted", thereAgain: false, bundlesLeft: 2 })).toBeNull();
  expect(sinceThen({ state: "deleted", thereAgain: false, bundlesLeft: 0 })).toContain("No bundle");
  expect(sinceThen({ state: "restored", thereAgain: true, bundlesLeft: 1 })).toContain("restored");
  for (const state of ["replaced", "deleted"] as const)
    expect(sinceThen({ state, thereAgain: true, bundlesLeft: 1 })).toContain("there again");
});

import { expect, test } from "vitest";
import type { Finding } from "../../findings/finding.ts";
import { importGates } from "./import-gates.ts";

const finding = (code: string, severity: Finding["severity"] = "blocks"): Finding => ({
  code,
  severity,
  where: "x",
  what: "What.",
  todo: "Todo.",
});
const held = (findings: Finding[], read: boolean) =>
  importGates(findings, read).map(({ code, holds }) => `${code} ${holds}`);

test("all gates hold when nothing blocks and the bundle was read to its end", () => {
  expect(held([finding("bundle-unsigned", "notes")], true)).toEqual([
    "seal-verified true",
    "schema-equal true",
    "names-free true",
  ]);
});

test.each([
  ["bundle-signature-invalid", "seal-verified"],
  ["ledger-only-in-target", "schema-equal"],
  ["shape-differs", "schema-equal"],
  ["slug-taken", "names-free"],
  ["domain-taken", "names-free"],
])("%s closes %s and says why", (code, gate) => {
  const gates = importGates([finding(code)], true);
  expect(gates.filter(({ holds }) => !holds)).toMatchObject([{ code: gate, detail: "What. Todo." }]);
});

test("what nobody has looked at does not hold", () => {
  expect(held([finding("shape-differs")], false)).toEqual([
    "seal-verified false",
    "schema-equal false",
    "names-free false",
  ]);
});

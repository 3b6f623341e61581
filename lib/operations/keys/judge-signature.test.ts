import { expect, test } from "vitest";
import { signatureFindings } from "../../bundle/seal/signature-findings.ts";
import { judgeSignature } from "./judge-signature.ts";

const untrusted = { state: "untrusted", keyId: "ab" } as const;
const found = [
  ...signatureFindings(untrusted),
  { code: "slug-taken", severity: "blocks", where: "acme", what: "It is taken." } as const,
];

test("a distrusted key blocks with its name and the reason; nothing else changes", () => {
  const judged = judgeSignature(found, untrusted, [
    { keyId: "ab", label: "old laptop", reason: "It was stolen." },
  ]);
  expect(judged).toMatchObject([
    {
      code: "bundle-key-distrusted",
      severity: "blocks",
      what: expect.stringMatching(/old laptop.*It was stolen\.$/),
    },
    { code: "slug-taken" },
  ]);
});

test("an unknown key still only warns, and says where keys are added", () => {
  expect(judgeSignature(found, untrusted, [{ keyId: "cd", label: "x", reason: null }])).toMatchObject([
    { code: "bundle-key-unknown", severity: "warns", todo: expect.stringContaining("Settings") },
    { code: "slug-taken" },
  ]);
});

test("a trusted or absent signature is left as it is", () => {
  for (const signature of [{ state: "trusted", keyId: "ab" }, { state: "unsigned" }] as const) {
    const findings = signatureFindings(signature);
    expect(judgeSignature(findings, signature, [{ keyId: "ab", label: "x", reason: null }])).toEqual(
      findings,
    );
  }
});

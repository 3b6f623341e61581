import { createHash, generateKeyPairSync, verify } from "node:crypto";
import { expect, it } from "vitest";
import { Refusal } from "../findings/finding.ts";
import { CERTIFICATE_PAYLOAD_TYPE, readCertificate, writeCertificate } from "./certificate.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { decodeEnvelope } from "./seal/envelope.ts";
import { SAMPLE_CERTIFICATE } from "./testing/certificate.ts";

const ours = generateKeyPairSync("ed25519");
const theirs = generateKeyPairSync("ed25519");

it("is read as it was written, and its signature is trusted by who trusts the key", () => {
  const text = writeCertificate(SAMPLE_CERTIFICATE, ours.privateKey);
  expect(readCertificate(text, [ours.publicKey])).toMatchObject({
    certificate: SAMPLE_CERTIFICATE,
    signature: { state: "trusted" },
  });
  expect(readCertificate(text, [theirs.publicKey]).signature.state).toBe("untrusted");
  expect(readCertificate(writeCertificate(SAMPLE_CERTIFICATE), [ours.publicKey]).signature.state).toBe(
    "unsigned",
  );
});

it("is plain DSSE of its own type: anybody can check it, and it passes for no seal", () => {
  const text = writeCertificate(SAMPLE_CERTIFICATE, ours.privateKey);
  const { payload, signatures } = JSON.parse(text);
  const body = Buffer.from(payload, "base64");
  const type = CERTIFICATE_PAYLOAD_TYPE;
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${body.length} `), body]);
  expect(verify(null, signed, ours.publicKey, Buffer.from(signatures[0].sig, "base64"))).toBe(true);
  const der = ours.publicKey.export({ type: "spki", format: "der" });
  expect(signatures[0].keyid).toBe(createHash("sha256").update(der).digest("hex"));
  expect(() => decodeEnvelope(Buffer.from(text), DEFAULT_LIMITS)).toThrow(Refusal);
});

it("is invalid where a word of it was changed, and refused where it is none", () => {
  const envelope = JSON.parse(writeCertificate(SAMPLE_CERTIFICATE, ours.privateKey));
  const other = JSON.parse(writeCertificate({ ...SAMPLE_CERTIFICATE, platform: "other" }));
  const forged = JSON.stringify({ ...envelope, payload: other.payload });
  expect(readCertificate(forged, [ours.publicKey]).signature.state).toBe("invalid");
  for (const text of ["", "{}", forged.replace("certificate+json", "seal+json")])
    expect(() => readCertificate(text, [])).toThrow(Refusal);
});

import { createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import { expect, test } from "vitest";
import { canonicalJson } from "../../canonical/json.ts";
import { Refusal } from "../../findings/finding.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { decodeEnvelope, encodeEnvelope, SEAL_PAYLOAD_TYPE, signatureState } from "./envelope.ts";
import { keyId } from "./keys.ts";

const payload = Buffer.from('{"ü":1}');
const ours = generateKeyPairSync("ed25519");
const theirs = generateKeyPairSync("ed25519");

const opened = (bytes: Buffer) => decodeEnvelope(bytes, DEFAULT_LIMITS);
const written = (value: unknown) => Buffer.from(canonicalJson(value));

test("an envelope without a key is unsigned", () => {
  const envelope = opened(encodeEnvelope(payload));
  expect(envelope.payload.equals(payload)).toBe(true);
  expect(signatureState(envelope, [ours.publicKey])).toEqual({ state: "unsigned" });
});

test("a signature is trusted, or untrusted, by who reads", () => {
  const envelope = opened(encodeEnvelope(payload, ours.privateKey));
  const named = { keyId: keyId(ours.publicKey), sig: envelope.signatures[0]!.sig };
  expect(signatureState(envelope, [theirs.publicKey, ours.publicKey])).toEqual({
    state: "trusted",
    ...named,
  });
  expect(signatureState(envelope, [theirs.publicKey])).toEqual({ state: "untrusted", ...named });
});

test("a payload that was changed under its signature is invalid", () => {
  const envelope = opened(encodeEnvelope(payload, ours.privateKey));
  const changed = { ...envelope, payload: Buffer.from('{"ü":2}') };
  expect(signatureState(changed, [ours.publicKey]).state).toBe("invalid");
});

test("one false signature by a trusted key spoils a true one", () => {
  const [good] = opened(encodeEnvelope(payload, ours.privateKey)).signatures;
  const bad = { keyid: keyId(theirs.publicKey), sig: (good as { sig: string }).sig };
  const envelope = { payload, signatures: [good as { keyid: string; sig: string }, bad] };
  expect(signatureState(envelope, [ours.publicKey]).state).toBe("trusted");
  expect(signatureState(envelope, [ours.publicKey, theirs.publicKey]).state).toBe("invalid");
});

test("the signature is plain DSSE: anybody can check it without this code", () => {
  const { signatures } = JSON.parse(encodeEnvelope(payload, ours.privateKey).toString());
  const signed = Buffer.concat([
    Buffer.from(`DSSEv1 ${SEAL_PAYLOAD_TYPE.length} ${SEAL_PAYLOAD_TYPE} ${payload.length} `),
    payload,
  ]);
  expect(verify(null, signed, ours.publicKey, Buffer.from(signatures[0].sig, "base64"))).toBe(true);
  expect(sign(null, signed, ours.privateKey).toString("base64")).toBe(signatures[0].sig);
  const der = ours.publicKey.export({ type: "spki", format: "der" });
  expect(signatures[0].keyid).toBe(createHash("sha256").update(der).digest("hex"));
});

test("an envelope of another form is refused", () => {
  const envelope = { payload: payload.toString("base64"), payloadType: SEAL_PAYLOAD_TYPE, signatures: [] };
  const signature = { keyid: "0".repeat(64), sig: `${"A".repeat(86)}==` };
  expect(opened(written({ ...envelope, signatures: [signature] })).signatures).toHaveLength(1);
  for (const broken of [
    { ...envelope, payloadType: "text/plain" },
    { ...envelope, extra: 1 },
    { ...envelope, payload: `${envelope.payload}\n` },
    { ...envelope, payload: "e30" },
    { ...envelope, payload: "e3_=" },
    { ...envelope, signatures: [{ ...signature, sig: `${"A".repeat(85)}B==` }] },
    { ...envelope, signatures: [{ ...signature, sig: "short" }] },
    { ...envelope, signatures: Array(17).fill(signature) },
  ]) {
    expect(() => opened(written(broken)), canonicalJson(broken)).toThrow(Refusal);
  }
});

test("only Ed25519 keys sign and are trusted", () => {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  expect(() => keyId(publicKey)).toThrow(TypeError);
});

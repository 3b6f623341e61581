/**
 * DSSE, Dead Simple Signing Envelope v1 (secure-systems-lab/dsse): the payload's bytes are signed as they are,
 * so nobody has to agree on how JSON is written before a signature can be checked.
 */
import { type KeyObject, sign, verify } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../../canonical/json.ts";
import { SEAL_NAME } from "../members.ts";
import { refused } from "../refused.ts";
import { type JsonLimits, readCanonicalJson } from "../strict-json.ts";
import { keyId } from "./keys.ts";
import { isOfSmallOrder } from "./small-order.ts";

export const SEAL_PAYLOAD_TYPE = "application/vnd.tenantry.seal+json";

const MOST_SIGNATURES = 16;

export const envelopeSchema = z.strictObject({
  payload: z.string(),
  payloadType: z.literal(SEAL_PAYLOAD_TYPE),
  signatures: z
    .array(z.strictObject({ keyid: z.string().regex(/^[0-9a-f]{64}$/), sig: z.string().length(88) }))
    .max(MOST_SIGNATURES),
});

export interface Envelope {
  readonly payload: Buffer;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/**
 * What the signatures come to. `trusted`: by a key that the reader trusts. `untrusted`: only by keys that it does
 * not know. `invalid`: one that names a trusted key does not fit the payload, or the key is one by which anybody signs.
 */
export interface SignatureState {
  readonly state: "unsigned" | "trusted" | "untrusted" | "invalid";
  /** The key that the state is about. */
  readonly keyId?: string;
  /** What stands in the file for that key, in base64. */
  readonly sig?: string;
}

type Named = Required<Pick<SignatureState, "keyId" | "sig">>;

/**
 * The envelope's bytes (canonical JSON), signed where there is a key. Ed25519 is deterministic.
 *
 * @param payloadType signed along with the payload: what is signed as one thing cannot be shown as another
 */
export function encodeEnvelope(
  payload: Buffer,
  signKey?: KeyObject,
  payloadType: string = SEAL_PAYLOAD_TYPE,
): Buffer {
  const signed = () => sign(null, preAuthentication(payload, payloadType), signKey!).toString("base64");
  const signatures = signKey ? [{ keyid: keyId(signKey), sig: signed() }] : [];
  const envelope = { payload: payload.toString("base64"), payloadType, signatures };
  return Buffer.from(canonicalJson(envelope), "utf8");
}

/** Refuses `bundle-json` and `bundle-shape`; says nothing about signatures yet. */
export function decodeEnvelope(bytes: Buffer, limits: JsonLimits): Envelope {
  return openEnvelope(readCanonicalJson(SEAL_NAME, bytes, envelopeSchema, limits));
}

/** The payload's bytes, of an envelope whose shape is known. */
export function openEnvelope({
  payload,
  signatures,
}: Pick<z.output<typeof envelopeSchema>, "payload" | "signatures">): Envelope {
  const decoded = Buffer.from(payload, "base64");
  for (const text of [payload, ...signatures.map(({ sig }) => sig)]) {
    // Node skips what is no base64; only the one spelling passes.
    if (Buffer.from(text, "base64").toString("base64") !== text) {
      throw refused("bundle-shape", SEAL_NAME, "It holds base64 that is not in its one form.");
    }
  }
  return { payload: decoded, signatures };
}

/** Checks the signatures against the keys that the reader trusts. */
export function signatureState(
  { payload, signatures }: Envelope,
  trust: readonly KeyObject[],
  payloadType: string = SEAL_PAYLOAD_TYPE,
): SignatureState {
  const trusted = new Map(trust.map((key) => [keyId(key), key]));
  let untrusted: Named | undefined;
  let valid: Named | undefined;
  for (const { keyid, sig } of signatures) {
    const key = trusted.get(keyid);
    if (!key) {
      untrusted ??= { keyId: keyid, sig };
      continue;
    }
    const fits =
      !isOfSmallOrder(key) &&
      verify(null, preAuthentication(payload, payloadType), key, Buffer.from(sig, "base64"));
    if (!fits) return { state: "invalid", keyId: keyid, sig };
    valid ??= { keyId: keyid, sig };
  }
  if (valid) return { state: "trusted", ...valid };
  return untrusted ? { state: "untrusted", ...untrusted } : { state: "unsigned" };
}

/** PAE of the DSSE protocol: what is signed. */
function preAuthentication(payload: Buffer, payloadType: string): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ]);
}

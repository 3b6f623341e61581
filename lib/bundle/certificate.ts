/**
 * A certificate of erasure: what was deleted, when, by whom, on whose approval and on what evidence, signed as a bundle's
 * seal is (DSSE, Ed25519). Of the tenant it holds the key and a hash of the slug, no name and no row. Described in
 * docs/security.md, so that anybody can check one without this code.
 */
import type { KeyObject } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../canonical/json.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import {
  encodeEnvelope,
  envelopeSchema,
  openEnvelope,
  type SignatureState,
  signatureState,
} from "./seal/envelope.ts";
import { readCanonicalJson } from "./strict-json.ts";

export const CERTIFICATE_PAYLOAD_TYPE = "application/vnd.tenantry.erasure-certificate+json";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.iso.datetime();
const person = z.strictObject({ id: z.uuid(), name: z.string() });

export const certificateSchema = z.strictObject({
  certificate: z.literal(1),
  id: z.uuid(),
  issuedAt: time,
  platform: z.string(),
  database: z.strictObject({
    name: z.string(),
    databaseName: z.string(),
    systemIdentifier: z.string().nullable(),
  }),
  tenant: z.strictObject({ key: z.string(), slugSha256: sha256.nullable() }),
  /** Rows that were deleted, by table. */
  deleted: z.strictObject({
    rows: z.int().min(0),
    tables: z.array(z.strictObject({ table: z.string(), rows: z.int().min(0) })),
  }),
  operation: z.strictObject({
    id: z.uuid(),
    /** Of the plan that was approved. */
    planDigest: sha256,
    requestedBy: person,
    requestedAt: time,
    /** Everybody who approved exactly this plan. */
    approvedBy: z.array(person.extend({ at: time })),
    /** Who went past the reviewers; null where nobody did. */
    glassBrokenBy: person.extend({ at: time }).nullable(),
    beganAt: time,
  }),
  evidence: z.strictObject({
    /** It held every row that was deleted, and was held against them before the first one went. */
    bundle: z.strictObject({ sha256, schemaVersion: z.string().nullable() }),
    /** It was restored and proved then. */
    drilledAt: time.nullable(),
    /** Nothing was left: tables counted, by their way to the tenant and by recorded keys. */
    emptyAt: time,
    emptyTables: z.int().min(0),
    finalizers: z.array(
      z.strictObject({
        name: z.string(),
        kind: z.enum(["manual", "webhook"]),
        at: time,
        by: z.string().nullable(),
      }),
    ),
  }),
  /** What is kept all the same, and until when. */
  remains: z.strictObject({ bundleUntil: time, heldBundles: z.int().min(0) }),
});
export type Certificate = z.output<typeof certificateSchema>;

const certificateEnvelope = envelopeSchema.extend({ payloadType: z.literal(CERTIFICATE_PAYLOAD_TYPE) });

/** The file's text: canonical JSON, signed where there is a key. */
export function writeCertificate(certificate: Certificate, signKey?: KeyObject): string {
  const payload = Buffer.from(canonicalJson(certificateSchema.parse(certificate)), "utf8");
  return encodeEnvelope(payload, signKey, CERTIFICATE_PAYLOAD_TYPE).toString("utf8");
}

export interface ReadCertificate {
  readonly certificate: Certificate;
  readonly signature: SignatureState;
}

/** @throws Refusal `bundle-json`, `bundle-shape` where it is no certificate */
export function readCertificate(
  text: string,
  trust: readonly KeyObject[],
  where = "certificate",
): ReadCertificate {
  const read = readCanonicalJson(where, Buffer.from(text, "utf8"), certificateEnvelope, DEFAULT_LIMITS);
  const envelope = openEnvelope(read);
  return {
    certificate: readCanonicalJson(where, envelope.payload, certificateSchema, DEFAULT_LIMITS),
    signature: signatureState(envelope, trust, CERTIFICATE_PAYLOAD_TYPE),
  };
}

/** A certificate of erasure for tests; its slug is `acme`. */
import type { Certificate } from "../certificate.ts";

const ID = "01976bd6-0000-7000-8000-000000000001";
const AT = "2026-06-01T12:00:00.000Z";
const HASH = "a".repeat(64);

export const SAMPLE_CERTIFICATE: Certificate = {
  certificate: 1,
  id: ID,
  issuedAt: AT,
  platform: "harbor",
  database: { name: "eu-1", databaseName: "harbor", systemIdentifier: "7" },
  tenant: { key: "42", slugSha256: "822b33ad87c148a0a20a5ba7cd5ebcaa68d36a18e7aad165554903f52ca82757" },
  deleted: { rows: 3, tables: [{ table: "public.tickets", rows: 3 }] },
  operation: {
    id: ID,
    planDigest: HASH,
    requestedBy: { id: ID, name: "Ada" },
    requestedAt: AT,
    approvedBy: [{ id: ID, name: "Rex", at: AT }],
    glassBrokenBy: null,
    beganAt: AT,
  },
  evidence: {
    bundle: { sha256: HASH, schemaVersion: "12" },
    drilledAt: AT,
    emptyAt: AT,
    emptyTables: 31,
    finalizers: [],
  },
  remains: { bundleUntil: AT, heldBundles: 0 },
};

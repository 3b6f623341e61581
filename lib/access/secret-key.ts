/** Keys of the secret box, as they stand in the environment. */
import { createHash, randomBytes } from "node:crypto";

/** 256 bits. */
const KEY_BYTES = 32;

export interface SecretKey {
  /** Eight bytes that name the key in what it sealed; a hash, so that they say nothing about it. */
  readonly id: Buffer;
  readonly bytes: Buffer;
}

/** Reads 32 bytes in base64, base64url or 64 hex digits; null for anything else. */
export function parseSecretKey(text: string): SecretKey | null {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return secretKey(Buffer.from(trimmed, "hex"));
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return null;
  return secretKey(Buffer.from(trimmed, "base64"));
}

/** A new key in the form that `TENANTRY_SECRET_KEY` takes. */
export function generateSecretKey(): string {
  return randomBytes(KEY_BYTES).toString("base64");
}

function secretKey(bytes: Buffer): SecretKey | null {
  if (bytes.length !== KEY_BYTES) return null;
  return {
    id: createHash("sha256").update("tenantry secret key\0").update(bytes).digest().subarray(0, 8),
    bytes,
  };
}

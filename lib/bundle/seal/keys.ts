/** Ed25519 keys that sign seals, and how they are named. */
import { createHash, createPublicKey, type KeyObject } from "node:crypto";

/** SHA-256 of the public key's SubjectPublicKeyInfo in DER, hex. Takes a private key too. */
export function keyId(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  if (publicKey.type !== "public" || publicKey.asymmetricKeyType !== "ed25519") {
    throw new TypeError("seals are signed with Ed25519 keys only");
  }
  return createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("hex");
}

/** Keys for tests. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { createSecretBox, type SecretBox } from "../../../access/secret-box.ts";
import { generateSecretKey, parseSecretKey } from "../../../access/secret-key.ts";
import { keyId } from "../../../bundle/seal/keys.ts";
import type { Records } from "../../../records/client.ts";
import { signingKeys } from "../../../records/schema/signing-keys.ts";

/** A fresh key whose public half the console trusts from now on; the private one is returned. */
export async function trustNewKey(records: Records, label = "a partner's"): Promise<KeyObject> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  await records.insert(signingKeys).values({ keyId: keyId(publicKey), publicKey: pem, label });
  return privateKey;
}

/** A box of a fresh key. */
export function testSecrets(): SecretBox {
  return createSecretBox({ current: parseSecretKey(generateSecretKey())! });
}

/**
 * age keys: recipients, to whom a bundle is encrypted, and identities, which open it. X25519 only. The library is loaded
 * when it is needed: that takes 90 ms, and most bundles are not encrypted.
 */
export const loadAge = () => import("age-encryption");

/** What a recipient looks like; `isRecipient` checks its checksum too. */
export const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;
const IDENTITY = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;

/** How many people one bundle may be for. */
export const MOST_RECIPIENTS = 20;

/** Whether it is an age X25519 recipient, checksum and all. Older versions of age know no other kind. */
export async function isRecipient(text: string): Promise<boolean> {
  if (!RECIPIENT.test(text)) return false;
  const { Encrypter } = await loadAge();
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
}

export interface AgeKey {
  /** `AGE-SECRET-KEY-1…`: a secret. */
  readonly identity: string;
  /** `age1…` */
  readonly recipient: string;
}

export async function makeAgeKey(): Promise<AgeKey> {
  const { generateX25519Identity, identityToRecipient } = await loadAge();
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/**
 * The identities in a file as `age-keygen` writes it: one a line, with comments and empty lines between them. Null
 * where anything else stands in it, or nothing.
 */
export async function parseIdentities(text: string): Promise<string[] | null> {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (lines.length === 0) return null;
  const { identityToRecipient } = await loadAge();
  for (const line of lines) {
    if (!IDENTITY.test(line)) return null;
    try {
      await identityToRecipient(line);
    } catch {
      return null;
    }
  }
  return lines;
}

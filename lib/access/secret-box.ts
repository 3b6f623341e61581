/**
 * Secrets at rest: connection strings, signing keys, webhook secrets. AES-256-GCM with the key from the environment;
 * the records, their backups and whoever reads them hold only what is made here.
 *
 * Layout: version (1 byte), key id (8), nonce (12), tag (16), ciphertext. The context, `databases/<id>/runner_url`, is
 * authenticated and not stored: a value moved to another row or column does not open there.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Refusal } from "../findings/finding.ts";
import type { SecretKey } from "./secret-key.ts";

const VERSION = 1;
const ID_END = 9;
const NONCE_END = 21;
const HEAD = 37;

export interface SecretBox {
  /** Encrypts with the current key; `context` names the row and column that the value is for. */
  seal(text: string, context: string): Buffer;
  /**
   * Decrypts with whichever key sealed it.
   *
   * @throws Refusal `secret-key-unknown`: the key is not among those given; `secret-damaged`: it does not belong here
   */
  open(sealed: Buffer, context: string): string;
  /** Whether it was sealed with an older key. */
  isOld(sealed: Buffer): boolean;
}

/** A box that seals with `current` and also opens what the `old` keys have sealed. */
export function createSecretBox(keys: {
  readonly current: SecretKey;
  readonly old?: readonly SecretKey[];
}): SecretBox {
  const known = [keys.current, ...(keys.old ?? [])];
  const keyOf = (sealed: Buffer) => known.find((key) => key.id.equals(sealed.subarray(1, ID_END)));
  return {
    seal(text, context) {
      const nonce = randomBytes(NONCE_END - ID_END);
      const head = Buffer.concat([Buffer.of(VERSION), keys.current.id]);
      const cipher = createCipheriv("aes-256-gcm", keys.current.bytes, nonce);
      cipher.setAAD(associated(head, context));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([head, nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, context) {
      if (sealed.length < HEAD || sealed[0] !== VERSION) throw damaged(context);
      const key = keyOf(sealed);
      if (key === undefined) throw unknownKey(context);
      const decipher = createDecipheriv("aes-256-gcm", key.bytes, sealed.subarray(ID_END, NONCE_END));
      decipher.setAAD(associated(sealed.subarray(0, ID_END), context));
      decipher.setAuthTag(sealed.subarray(NONCE_END, HEAD));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(HEAD)), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw damaged(context, cause);
      }
    },
    isOld(sealed) {
      return !keys.current.id.equals(sealed.subarray(1, ID_END));
    },
  };
}

function associated(head: Buffer, context: string): Buffer {
  return Buffer.concat([head, Buffer.from(context, "utf8")]);
}

function unknownKey(context: string): Refusal {
  return new Refusal({
    code: "secret-key-unknown",
    severity: "blocks",
    where: context,
    what: "This secret was encrypted with a key that the console was not started with.",
    todo: "Add the key that was in force before to TENANTRY_OLD_SECRET_KEYS and start again; where it is lost, enter the secret again.",
  });
}

function damaged(context: string, cause?: unknown): Refusal {
  return new Refusal(
    {
      code: "secret-damaged",
      severity: "blocks",
      where: context,
      what: "This secret is damaged, or was encrypted for another place.",
      todo: "Enter it again, and find out who has changed the records by hand.",
    },
    { cause },
  );
}

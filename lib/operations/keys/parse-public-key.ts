/** A public key as people paste it: PEM or one line of OpenSSH, Ed25519 and nothing else. Pure. */
import { createPublicKey, type KeyObject } from "node:crypto";
import { isOfSmallOrder } from "../../bundle/seal/small-order.ts";
import type { Finding } from "../../findings/finding.ts";

export type ParsedKey =
  | { readonly ok: true; readonly key: KeyObject }
  | { readonly ok: false; readonly finding: Finding };

/** Longer texts are no Ed25519 key, in whatever form. */
const LONGEST = 1000;

const PEM = /^-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END PUBLIC KEY-----$/;
const OPENSSH = /^ssh-ed25519 ([A-Za-z0-9+/]+={0,2})(?: [^\r\n]*)?$/;

/** SubjectPublicKeyInfo of Ed25519 in DER, before the key's 32 bytes (RFC 8410). */
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");
const KEY_BYTES = 32;

/** Takes exactly one key: nothing before it, nothing after it, in its one encoding. */
export function parsePublicKey(text: string): ParsedKey {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST) return refused("It is too long for an Ed25519 public key.");
  if (/PRIVATE KEY/.test(trimmed))
    return refused("It is a private key, and those stay with their owner.", SECRET);
  const pem = PEM.exec(trimmed);
  if (pem !== null) return fromSpki(decoded(pem[1]!.replace(/\s/g, "")));
  const openssh = OPENSSH.exec(trimmed);
  if (openssh !== null) return fromOpenSsh(decoded(openssh[1]!));
  return refused("It is neither a public key in PEM nor a line of OpenSSH that begins with ssh-ed25519.");
}

/** Node skips what is no base64; only the one spelling passes. */
function decoded(base64: string): Buffer | null {
  const bytes = Buffer.from(base64, "base64");
  return bytes.toString("base64") === base64 ? bytes : null;
}

function fromSpki(der: Buffer | null): ParsedKey {
  const whole = SPKI_HEAD.length + KEY_BYTES;
  if (der === null || der.length !== whole || !der.subarray(0, SPKI_HEAD.length).equals(SPKI_HEAD))
    return refused("It is no Ed25519 public key.");
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  if (isOfSmallOrder(key))
    return refused("It is a point of small order: anybody makes signatures that fit it, for any bundle.");
  return { ok: true, key };
}

/** RFC 8709: the name and the key, each after its length in four bytes. */
function fromOpenSsh(blob: Buffer | null): ParsedKey {
  const name = Buffer.from("ssh-ed25519");
  const head = Buffer.concat([uint32(name.length), name, uint32(KEY_BYTES)]);
  if (blob === null || blob.length !== head.length + KEY_BYTES || !blob.subarray(0, head.length).equals(head))
    return refused("It is no Ed25519 public key.");
  return fromSpki(Buffer.concat([SPKI_HEAD, blob.subarray(head.length)]));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const SECRET = "Whoever has pasted a private key makes a new one; then paste its public half here.";

function refused(
  what: string,
  todo = "Paste the public key that belongs to the key with which the bundles are signed.",
): ParsedKey {
  return {
    ok: false,
    finding: { code: "public-key-invalid", severity: "blocks", where: "publicKey", what, todo },
  };
}

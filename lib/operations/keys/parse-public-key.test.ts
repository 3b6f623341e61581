import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyId } from "../../bundle/seal/keys.ts";
import { parsePublicKey } from "./parse-public-key.ts";

const pair = generateKeyPairSync("ed25519");
const der = pair.publicKey.export({ type: "spki", format: "der" });
const pem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
const length = (value: number) => Buffer.from([0, 0, 0, value]);
const blob = Buffer.concat([length(11), Buffer.from("ssh-ed25519"), length(32), der.subarray(-32)]);
const openssh = `ssh-ed25519 ${blob.toString("base64")} ada@example.com`;

const idOf = (text: string) => {
  const parsed = parsePublicKey(text);
  return parsed.ok ? keyId(parsed.key) : parsed.finding.code;
};

describe("a public key", () => {
  test("is the same key in PEM and in OpenSSH's form, with white space around it", () => {
    for (const text of [pem, ` \n${pem}\n`, pem.replaceAll("\n", "\r\n"), openssh, openssh.split(" ada")[0]!])
      expect(idOf(text), text).toBe(keyId(pair.publicKey));
  });

  test("is refused as a private one, and that says what to do", () => {
    const secret = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(parsePublicKey(secret)).toMatchObject({ finding: { what: expect.stringContaining("private") } });
  });

  test("is refused of another kind, cut, with more behind it, twice, or in another encoding", () => {
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
      type: "spki",
      format: "pem",
    });
    const longer = Buffer.concat([blob, Buffer.from([0])]).toString("base64");
    const renamed = Buffer.from(blob);
    renamed.write("ssh-ed25510", 4);
    for (const text of [
      ...["", "key", ec.toString(), pem.slice(0, -30), `${pem}${pem}`, pem.replace("PUBLIC", "RSA PUBLIC")],
      ...[`${openssh}\n${openssh}`, openssh.slice(1), `ssh-ed25519 ${longer}`, openssh.slice(0, 40)],
      `ssh-ed25519 ${renamed.toString("base64")}`,
      `ssh-ed25519 ${blob.toString("base64url").replace(/=+$/, "")}-`,
      "a".repeat(2000),
    ])
      expect(idOf(text), text).toBe("public-key-invalid");
  });

  test("is refused where it is a point of small order, in either form", () => {
    for (const point of ["01", "00", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"]) {
      const bytes = Buffer.from(point.padEnd(64, "0"), "hex");
      const spki = Buffer.concat([der.subarray(0, -32), bytes]).toString("base64");
      const ssh = Buffer.concat([blob.subarray(0, -32), bytes]).toString("base64");
      for (const text of [
        `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----`,
        `ssh-ed25519 ${ssh}`,
      ])
        expect(parsePublicKey(text), point).toMatchObject({
          finding: { code: "public-key-invalid", what: expect.stringContaining("small order") },
        });
    }
  });

  test("is never read out of what is none", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !parsePublicKey(text).ok));
  });
});

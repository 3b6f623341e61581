import { describe, expect, it } from "vitest";
import { checkNewPassword } from "./password-rules.ts";
import { generatePassword, hashPassword, pretendToVerify, verifyPassword } from "./passwords.ts";

describe("a password", () => {
  it("is verified by its hash, in any spelling of the same text, and no other is", async () => {
    const hash = await hashPassword("größer als gedacht");
    expect(hash).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(await verifyPassword("größer als gedacht".normalize("NFD"), hash)).toBe(true);
    expect(await verifyPassword("grösser als gedacht", hash)).toBe(false);
    expect(await hashPassword("größer als gedacht")).not.toBe(hash);
  });

  it("still holds under the parameters with which it was hashed", async () => {
    // The test vector of RFC 7914, section 12, cut to 32 bytes.
    const hash = [
      "scrypt",
      10,
      8,
      16,
      Buffer.from("NaCl").toString("base64url"),
      Buffer.from("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162", "hex").toString(
        "base64url",
      ),
    ].join("$");
    expect(await verifyPassword("password", hash)).toBe(true);
    expect(await verifyPassword("passwort", hash)).toBe(false);
  });

  it("is wrong for people who are not there, and for what is no hash", async () => {
    expect(await pretendToVerify("anything")).toBe(false);
    for (const text of ["", "plain", "bcrypt$1$2$3$a$b"]) expect(await verifyPassword("x", text)).toBe(false);
  });

  it("is generated anew each time, easy to read out, and good enough for its own rules", () => {
    const made = Array.from({ length: 200 }, generatePassword);
    expect(new Set(made).size).toBe(200);
    for (const password of made) {
      expect(password).toMatch(/^([a-hjkmnp-z2-9]{4}-){4}[a-hjkmnp-z2-9]{4}$/);
      expect(checkNewPassword(password, { email: "ada@example.com" })).toEqual([]);
    }
  });
});

describe("a chosen password", () => {
  const check = (password: string) => checkNewPassword(password, { email: "lovelace@example.com" });

  it.each(["short", "aaaaaaaaaaaaaaaa", "abababababababab", "x".repeat(201), "my name is LoveLace"])(
    "is refused: %s",
    (password) => {
      expect(check(password)).toMatchObject([{ code: "password-unfit" }]);
    },
  );

  it("may be any long text", () => {
    expect(check("four unrelated words here")).toEqual([]);
  });
});

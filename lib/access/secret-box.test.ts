import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refusal } from "../findings/finding.ts";
import { createSecretBox } from "./secret-box.ts";
import { generateSecretKey, parseSecretKey } from "./secret-key.ts";

const key = () => parseSecretKey(generateSecretKey())!;
const CONTEXT = "databases/1/runner_url";

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.findings[0]!.code;
    throw error;
  }
  return "none";
}

describe("the secret box", () => {
  it("opens what it sealed, any text, and never seals the same twice", () => {
    const box = createSecretBox({ current: key() });
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, context) => {
        const sealed = box.seal(text, context);
        expect(box.open(sealed, context)).toBe(text);
        expect(box.seal(text, context).equals(sealed)).toBe(false);
        if (text.length > 3) expect(sealed.includes(text)).toBe(false);
      }),
    );
  });

  it("does not open elsewhere than where it belongs", () => {
    const box = createSecretBox({ current: key() });
    const sealed = box.seal("postgres://u:p@h/d", CONTEXT);
    expect(refusalOf(() => box.open(sealed, "databases/2/runner_url"))).toBe("secret-damaged");
    expect(refusalOf(() => box.open(sealed, "databases/1/planner_url"))).toBe("secret-damaged");
  });

  it("notices every changed byte, and a cut", () => {
    const box = createSecretBox({ current: key() });
    const sealed = box.seal("secret", CONTEXT);
    for (let place = 0; place < sealed.length; place++) {
      const changed = Buffer.from(sealed);
      changed[place]! ^= 1;
      expect(
        refusalOf(() => box.open(changed, CONTEXT)),
        `byte ${place}`,
      ).toMatch(/^secret-/);
      expect(
        refusalOf(() => box.open(sealed.subarray(0, place), CONTEXT)),
        `cut ${place}`,
      ).toMatch(/^secret-/);
    }
  });

  it("opens with an old key after a rotation, and says that it is old", () => {
    const [former, current] = [key(), key()];
    const sealed = createSecretBox({ current: former }).seal("secret", CONTEXT);
    const rotated = createSecretBox({ current, old: [key(), former] });
    expect(rotated.open(sealed, CONTEXT)).toBe("secret");
    expect(rotated.isOld(sealed)).toBe(true);
    expect(rotated.isOld(rotated.seal("secret", CONTEXT))).toBe(false);
  });

  it("says what to do where the key is lost, and nothing of the secret or of a key", () => {
    const sealed = createSecretBox({ current: key() }).seal("hunter2", CONTEXT);
    const other = createSecretBox({ current: key() });
    expect(refusalOf(() => other.open(sealed, CONTEXT))).toBe("secret-key-unknown");
    expect(() => other.open(sealed, CONTEXT)).toThrow(/databases\/1\/runner_url/);
    expect(() => other.open(sealed, CONTEXT)).not.toThrow(/hunter2/);
  });
});

describe("a key", () => {
  it("is 32 bytes in base64, base64url or hex, and nothing else", () => {
    const bytes = Buffer.alloc(32, 0xfb);
    for (const form of ["base64", "base64url", "hex"] as const) {
      expect(parseSecretKey(` ${bytes.toString(form)}\n`)?.bytes.equals(bytes), form).toBe(true);
    }
    for (const text of ["", "short", "x".repeat(64), bytes.subarray(1).toString("base64"), "a".repeat(63)]) {
      expect(parseSecretKey(text), text).toBeNull();
    }
  });
});

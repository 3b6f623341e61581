import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sequenceDiff } from "./sequence-diff.ts";

const signs = (before: string, after: string) =>
  sequenceDiff([...before], [...after])
    .map(({ sign, value }) => ({ same: " ", removed: "-", added: "+" })[sign] + value)
    .join("");

describe("the difference of two sequences", () => {
  it("keeps what is common, and removes before it adds", () => {
    expect(signs("abcd", "abxd")).toBe(" a b-c+x d");
    expect(signs("abc", "cab")).toBe("+c a b-c");
    expect(signs("", "ab")).toBe("+a+b");
    expect(signs("ab", "")).toBe("-a-b");
    expect(signs("ab", "ab")).toBe(" a b");
  });

  it("leads from the one to the other, and says where everything stands", () => {
    const letters = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, (before, after) => {
        const steps = sequenceDiff(before, after);
        const side = (sign: "removed" | "added") =>
          steps.filter((step) => step.sign === "same" || step.sign === sign);
        expect(side("removed").map(({ value }) => value)).toEqual(before);
        expect(side("added").map(({ value }) => value)).toEqual(after);
        for (const step of steps) {
          if (step.before !== null) expect(before[step.before]).toBe(step.value);
          if (step.after !== null) expect(after[step.after]).toBe(step.value);
        }
      }),
    );
  });
});

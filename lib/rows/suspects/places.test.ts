import { describe, expect, it } from "vitest";
import { patternOf } from "./places.ts";

const around = (...texts: [string, string][]) => texts.map(([before, after]) => ({ before, after }));

describe("the pattern of ids inside of texts is", () => {
  it("the whole form where all texts begin alike", () => {
    expect(patternOf("t.id", around(["orgs/", "/1.pdf"], ["orgs/", "/2.png"]))).toEqual({
      pattern: "orgs/{t.id}/*",
      each: false,
    });
    expect(patternOf("t.id", around(["k:", ":x"], ["k:", ":x"]))).toEqual({
      pattern: "k:{t.id}:x",
      each: false,
    });
    expect(patternOf("t.id", around(["k:", ""], ["k:", ""]))).toEqual({ pattern: "k:{t.id}", each: false });
  });

  it("what stands next to them where they begin otherwise", () => {
    expect(patternOf("t.id", around(["Hi @", " and"], ["See also @", " or"]))).toEqual({
      pattern: " @{t.id} ",
      each: true,
    });
  });

  it("none where nothing tells them from what is around, or a brace would end it", () => {
    expect(patternOf("t.id", around(["a", "b"], ["c", "d"]))).toBeNull();
    expect(patternOf("t.id", around(["{", "}"], ["x {", "}"]))).toBeNull();
    expect(patternOf("t.id", [])).toBeNull();
  });
});

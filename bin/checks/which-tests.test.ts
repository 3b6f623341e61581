import { describe, expect, it } from "vitest";
import { whichTests } from "./which-tests.ts";

describe("the arguments of npm test", () => {
  it("none: everything", () => {
    expect(whichTests([])).toEqual({ vitest: [], endToEnd: [] });
  });

  it("files of one kind leave the other out", () => {
    expect(whichTests(["lib/rows"])).toEqual({ vitest: ["lib/rows"], endToEnd: null });
    expect(whichTests(["e2e/walk.spec.ts"])).toEqual({ vitest: null, endToEnd: ["e2e/walk.spec.ts"] });
    expect(whichTests(["e2e"])).toEqual({ vitest: null, endToEnd: ["e2e"] });
    expect(whichTests(["walk.spec.ts:12"])).toEqual({ vitest: null, endToEnd: ["walk.spec.ts:12"] });
  });

  it("files of both kinds go each to its own", () => {
    expect(whichTests(["lib/rows", "e2e/walk.spec.ts"])).toEqual({
      vitest: ["lib/rows"],
      endToEnd: ["e2e/walk.spec.ts"],
    });
  });

  it("options alone are vitest's, and after an end-to-end file Playwright's", () => {
    expect(whichTests(["-t", "a seal"])).toEqual({ vitest: ["-t", "a seal"], endToEnd: null });
    expect(whichTests(["e2e/walk.spec.ts", "--grep", "phone"])).toEqual({
      vitest: null,
      endToEnd: ["e2e/walk.spec.ts", "--grep", "phone"],
    });
  });
});

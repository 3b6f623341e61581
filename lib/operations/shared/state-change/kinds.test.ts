import { expect, test } from "vitest";
import { standsAgainst, targetState } from "./kinds.ts";

const DECLARED = { column: "status", active: "active", suspended: "suspended" };

test("a suspend leads to the platform's word for it, from whatever other state", () => {
  expect(targetState("suspend", DECLARED, null)).toBe("suspended");
  expect(standsAgainst("suspend", DECLARED, "trial")).toBeNull();
  expect(standsAgainst("suspend", DECLARED, "suspended")).toContain("already");
});

test("a resume leads back to where the suspend came from, and to active where nobody knows", () => {
  expect(targetState("resume", DECLARED, { from: "trial", by: "ada" })).toBe("trial");
  expect(targetState("resume", DECLARED, { from: "suspended", by: "ada" })).toBe("active");
  expect(targetState("resume", DECLARED, null)).toBe("active");
  expect(standsAgainst("resume", DECLARED, "suspended")).toBeNull();
  expect(standsAgainst("resume", DECLARED, "closed")).toContain("closed");
  expect(standsAgainst("resume", DECLARED, null)).toContain("empty");
});

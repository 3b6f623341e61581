import { expect, it } from "vitest";
import { ROOT } from "./run.ts";
import { findUnitTests } from "./unit-tests.ts";

it("tells the tests that need no server from those that reach one, directly or through a helper", () => {
  const files = findUnitTests(ROOT);
  expect(files).toContain("bin/checks/unit-tests.test.ts");
  expect(files).toContain("lib/postgres/server/diagnose.test.ts");
  expect(files).not.toContain("lib/testing/database.test.ts");
  expect(files).not.toContain("bin/start.test.ts");
});

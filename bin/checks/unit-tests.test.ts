import { expect, it } from "vitest";
import { ROOT } from "./run.ts";
import { findUnitTests } from "./unit-tests.ts";

it("tells the tests that need nothing from those that reach a server, directly or through a helper, or start a process", () => {
  const files = findUnitTests(ROOT);
  expect(files).toContain("bin/checks/unit-tests.test.ts");
  expect(files).toContain("lib/postgres/server/diagnose.test.ts");
  expect(files).not.toContain("lib/testing/database.test.ts");
  expect(files).not.toContain("bin/start.test.ts");
  expect(files).not.toContain("lib/bundle/memory.test.ts");
  expect(files).not.toContain("bin/checks/floors.test.ts");
});

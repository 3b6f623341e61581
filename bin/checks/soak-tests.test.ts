import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./run.ts";
import { findSoakSpecs, findSoakTests } from "./soak-tests.ts";

it("finds the tests that take shares or random cases, by themselves or through a helper", () => {
  const files = findSoakTests(ROOT);
  for (const file of ["lib/rows/generated", "lib/operations/killed", "lib/rows/delete/crash"])
    expect(files).toContain(`${file}.test.ts`);
  expect(files).not.toContain("bin/checks/run.test.ts");
  expect(files).not.toContain("lib/testing/database.test.ts");
});

it("finds the browser's among them", () => {
  const files = findSoakSpecs(ROOT);
  expect(files).toContain("e2e/axe.spec.ts");
  expect(files).not.toContain("e2e/sign-in.spec.ts");
});

it("is asked for the run's seed and the soak's numbers by nobody else", () => {
  const files = globSync("{lib,bin,app,components,worker,examples,bench,e2e}/**/*.{ts,tsx}", { cwd: ROOT });
  const readers = files.filter((file) =>
    /env\??\.TENANTRY_(SOAK|SEED)/.test(readFileSync(join(ROOT, file), "utf8")),
  );
  expect(readers.sort()).toEqual(["bin/test.ts", "lib/testing/shard.ts"]);
});

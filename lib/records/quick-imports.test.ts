import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const HOOK = new URL("quick-imports.ts", import.meta.url).href;

/** What the records import of the package, and where each name leads. */
const SCRIPT = `
const found = {};
for (const name of ["drizzle-orm", "drizzle-orm/pg-core", "drizzle-orm/node-postgres", "drizzle-orm/pg-core"])
  found[name] = [import.meta.resolve(name), Object.keys(await import(name)).length];
console.log(JSON.stringify(found));`;

function importsWith(...options: string[]): Record<string, [url: string, names: number]> {
  const args = [...options, "--input-type=module", "--eval", SCRIPT];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return JSON.parse(stdout);
}

it("leads to the same modules as Node does", () => {
  const quick = importsWith("--import", HOOK);
  expect(quick["drizzle-orm/pg-core"]![1]).toBeGreaterThan(50);
  expect(quick).toEqual(importsWith());
});

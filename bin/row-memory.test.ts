import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ROW_MEMORY } from "./row-memory.ts";

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

it("is what the command line and the worker start Node with", () => {
  const options = `exec node ${ROW_MEMORY.join(" ")} `;
  expect(read("tenantry")).toContain(`${options}"`);
  expect(JSON.parse(read("../package.json")).scripts.worker).toContain(options);
});

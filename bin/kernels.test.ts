/** That the loops in WebAssembly are what their sources say. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { KERNELS, kernelModule, moduleOf } from "./kernels.ts";

it.each(KERNELS)("%s: the committed module is the source's", async (folder) => {
  expect(readFileSync(moduleOf(folder), "utf8")).toBe(await kernelModule(folder));
});

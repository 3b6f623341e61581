/** That the loop which hashes lines is what its source says. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { kernelModule, MODULE } from "./hash-lines.ts";

it("the committed module is the source's", async () => {
  expect(readFileSync(MODULE, "utf8")).toBe(await kernelModule());
});

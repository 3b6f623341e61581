import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "./testing/write-sample.ts";

const script = fileURLToPath(new URL("./testing/big-bundle.ts", import.meta.url));

/** The highest resident memory in MB. */
function memoryOf(...args: string[]): number {
  return Number(execFileSync(process.execPath, ["--expose-gc", script, ...args], { encoding: "utf8" }));
}

test.each(["gzip", "zstd"])(
  "memory stays flat while 300 MB are written and verified as %s",
  async (compression) => {
    const folder = await temporaryFolder();
    const write = [4, 40].map((parts) => memoryOf("write", folder, String(parts), compression));
    const verify = [4, 40].map((parts) => memoryOf("verify", folder, String(parts), compression));
    // Ten times the rows; what holds them would show as 270 MB.
    expect((write[1] as number) - (write[0] as number)).toBeLessThan(60);
    expect((verify[1] as number) - (verify[0] as number)).toBeLessThan(60);
  },
  120_000,
);

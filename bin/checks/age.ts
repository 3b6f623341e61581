/** Debian's `age`, which opens what this project encrypts and the other way round; installed where it is missing. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const hasAge = () => spawnSync("age", ["--version"]).status === 0;

/** Tests that find none try the same with the library in its place. */
export function ensureAge(print: (text: string) => void): void {
  if (hasAge()) return;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    print("There is no age on this machine: installing it for the tests …\n");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    for (const args of [
      ["update", "-qq"],
      ["install", "-y", "-qq", "--no-install-recommends", "age"],
    ])
      spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] });
  }
  if (!hasAge()) print("age could not be installed (apt-get install age): its JavaScript twin stands in.\n");
}

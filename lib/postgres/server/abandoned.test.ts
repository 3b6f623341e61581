import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ownFolder, removeAbandoned, THROWAWAY } from "./abandoned.ts";

test("a folder goes whose owner has ended, and no other", () => {
  const folder = mkdtempSync(join(tmpdir(), "tenantry-abandoned-"));
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  const make = (name: string, owner: string | null) => {
    const home = join(folder, name);
    mkdirSync(join(home, "data"), { recursive: true });
    if (owner !== null) writeFileSync(join(home, "owner"), owner);
    return home;
  };
  const left = make(`${THROWAWAY}left`, `${hostname()} ${pid}\n`);
  const elsewhere = make(`${THROWAWAY}elsewhere`, `another.${hostname()} ${pid}\n`);
  const beginning = make(`${THROWAWAY}beginning`, null);
  const stranger = make("stranger", `${hostname()} ${pid}\n`);
  const mine = make(`${THROWAWAY}mine`, null);
  ownFolder(mine);
  removeAbandoned(folder);
  expect([left, elsewhere, beginning, stranger, mine].map((home) => existsSync(home))).toEqual([
    false,
    true,
    true,
    true,
    true,
  ]);
  rmSync(folder, { recursive: true });
});

test("a folder that somebody still writes in is left to the next start, by its owner's name, and then goes", async () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  for (let run = 0; run < 5; run++) {
    const folder = mkdtempSync(join(tmpdir(), "tenantry-abandoned-"));
    const home = join(folder, `${THROWAWAY}left`);
    mkdirSync(home);
    writeFileSync(join(home, "owner"), `${hostname()} ${pid}\n`);
    const writer = spawn(process.execPath, ["-e", WRITER, join(home, "data")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(writer, "exit");
    await once(writer.stdout, "data");
    while (readdirSync(folder).length > 0) {
      expect(readdirSync(home)).toContain("owner");
      removeAbandoned(folder);
    }
    expect(await ended).toEqual([0, null]);
    rmSync(folder, { recursive: true });
  }
});

/** As an initdb does whose owner was killed: it writes on until it sees that its folder is gone. */
const WRITER = `
  const { mkdirSync, writeFileSync } = require("node:fs");
  const { join } = require("node:path");
  const folder = process.argv[1];
  mkdirSync(folder);
  const write = (n) => {
    try {
      writeFileSync(join(folder, String(n)), "");
      return true;
    } catch (error) {
      if (error.code === "ENOENT") return false;
      throw error;
    }
  };
  for (let n = 0; n < 2000; n++) write(n);
  process.stdout.write("begun", () => {
    for (let n = 2000; write(n); n++);
  });`;

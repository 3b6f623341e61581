import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closedFolder } from "./system-user.ts";

/** Nobody on this machine: neither owner nor group of anything. */
const STRANGER = { name: "stranger", uid: 61_234, gid: 61_234 };

describe("closedFolder", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(realpathSync(tmpdir()), "tenantry-way-"));
    mkdirSync(join(home, "closed/open"), { recursive: true });
    writeFileSync(join(home, "closed/open/file"), "");
    chmodSync(home, 0o711);
    chmodSync(join(home, "closed"), 0o700);
    chmodSync(join(home, "closed/open"), 0o755);
  });
  afterAll(() => rmSync(home, { recursive: true }));

  it("names the folder that the user may not pass through, wherever it lies on the way", () => {
    expect(closedFolder(join(home, "closed/open"), STRANGER)).toBe(join(home, "closed"));
    expect(closedFolder(join(home, "closed/open/file"), STRANGER)).toBe(join(home, "closed"));
  });

  it("needs no permission to read, only to pass", () => {
    expect(closedFolder(home, STRANGER)).toBeNull();
  });

  it("lets the owner pass, and asks nothing where the server runs as ourselves", () => {
    const owner = { name: "owner", uid: process.getuid?.() as number, gid: 61_234 };
    expect(closedFolder(join(home, "closed"), owner)).toBeNull();
    expect(closedFolder(join(home, "closed"), null)).toBeNull();
  });
});

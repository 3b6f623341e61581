import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { shard } from "../../testing/shard.ts";
import { temporaryFolder, writeSampleInto } from "../testing/write-sample.ts";
import { verifyBundle } from "../verify.ts";
import { folderStore } from "./folder.ts";

const script = fileURLToPath(new URL("../testing/killed-writer.ts", import.meta.url));

interface Ended {
  readonly effects: string[];
  readonly signal: NodeJS.Signals | null;
}

function writeUntil(folder: string, at: number, when: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, folder, String(at), when], (error, stdout, stderr) => {
      expect(stderr).toBe("");
      resolve({ effects: stdout.trim().split("\n"), signal: error?.signal ?? null });
    });
  });
}

/** What an operator finds in the folder: nothing, or one bundle that is whole. */
async function whatIsLeft(folder: string): Promise<string[]> {
  const bundles = await folderStore(folder).list();
  for (const { name } of bundles) {
    const source = await folderStore(folder).open(name);
    const { seal, findings } = await verifyBundle(source);
    await source.close();
    expect(findings.map(({ code }) => code)).toEqual(["bundle-unsigned"]);
    expect(seal?.totals.rows).toBe(254);
  }
  return bundles.map(({ name }) => name);
}

test("a writer killed before or after any effect leaves nothing or a whole bundle, and a second run succeeds", async () => {
  const plain = await writeUntil(await temporaryFolder(), 0, "never");
  expect(plain).toEqual({
    signal: null,
    effects: [
      "create partial",
      "write manifest",
      ...Array(4).fill("write part"),
      "write seal",
      "write",
      "commit",
      "sync file",
      "publish",
      "remove partial",
      "sync folder",
    ],
  });
  const published = plain.effects.indexOf("publish") + 1;

  async function killedAt(at: number, when: string): Promise<void> {
    const folder = await temporaryFolder();
    expect((await writeUntil(folder, at, when)).signal).toBe("SIGKILL");
    const effect = plain.effects[at - 1];
    // "commit" encloses the store's own effects: after it, all is done.
    const done = at > published || (when === "after" && (effect === "publish" || effect === "commit"));
    expect(await whatIsLeft(folder), `${when} ${effect}`).toEqual(done ? ["acme.tar.gz"] : []);

    if (done) await folderStore(folder).remove("acme.tar.gz");
    await writeSampleInto(folder, "gzip");
    expect(await whatIsLeft(folder)).toEqual(["acme.tar.gz"]);
    expect(await readdir(folder)).toEqual(["acme.tar.gz"]);
  }

  const all = plain.effects.map((_, index) => index + 1);
  for (const at of shard(all, 4)) await Promise.all([killedAt(at, "before"), killedAt(at, "after")]);
}, 120_000);

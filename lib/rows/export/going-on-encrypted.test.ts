/** A killed export into an encrypted file goes on too: what it left is opened, and encrypted anew under another key. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type KilledExport,
  type KilledExports,
  type Kind,
  killedExports,
} from "../testing/killed-exports.ts";

let exports: KilledExports;
let ours: string;
let kind: Kind;

beforeAll(async () => {
  exports = await killedExports();
  await exports.fence();
  ours = await generateIdentity();
  // A platform's own key, and a customer's.
  const recipients = await Promise.all([ours, await generateIdentity()].map(identityToRecipient));
  kind = { recipients };
});
afterAll(() => exports.close());

const crashed = async (share: number) => exports.crashed(await exports.afterShare(share, kind), kind);

async function left({ folder }: KilledExport): Promise<Buffer> {
  const [partial] = await readdir(folder);
  return readFile(join(folder, partial!));
}

it.each([0.4, 0.9])("killed after %f of the parts", async (share) => {
  const job = await crashed(share);
  const before = await left(job);
  const { code, taken, bytes } = await exports.goOn(job, { unfinished: [ours], bundle: [ours] });
  expect(code).toBe("export-went-on");
  expect(taken).toBeGreaterThan(1);
  // Nothing of what was encrypted before stands in the new file: not under the same key, nor the same nonce.
  for (const at of [600, before.length >> 1]) expect(bytes.indexOf(before.subarray(at, at + 32))).toBe(-1);
  expect(bytes.subarray(0, 22).toString()).toBe("age-encryption.org/v1\n");
});

it("begins anew, and says so, where no key opens what it left", async () => {
  for (const unfinished of [[], [await generateIdentity()]]) {
    const { code, what } = await exports.goOn(await crashed(0.9), { unfinished, bundle: [ours] });
    expect(code).toBe("export-began-anew");
    expect(what).toContain("none of the keys here opens it");
  }
});

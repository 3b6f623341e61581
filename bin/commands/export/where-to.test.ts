import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAgeKey } from "../../../lib/bundle/encryption/keys.ts";
import { readRecipients } from "../../cli/inputs.ts";
import { whereTo } from "./where-to.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenantry-where-"));
});
afterAll(() => rm(folder, { recursive: true }));

const to = (name: string, encrypted: boolean) => whereTo(join(folder, name), undefined, encrypted);

test("the name of a file says its compression, and whether it is encrypted", async () => {
  expect(await to("a.tar.zst", false)).toMatchObject({ name: "a.tar.zst", compression: "zstd" });
  expect(await to("a.tar.zst.age", true)).toMatchObject({ name: "a.tar.zst.age", compression: "zstd" });
  expect(await to("", true)).toEqual({ folder: expect.any(String), compression: "gzip" });
});

test("a name that says otherwise is refused", async () => {
  await expect(to("a.tar.gz.age", false)).rejects.toThrow("nobody is named to open it");
  await expect(to("a.tar.gz", true)).rejects.toThrow("is called a.tar.gz.age");
});

test("recipients are taken once each, and whatever is none is refused", async () => {
  const { recipient, identity } = await makeAgeKey();
  expect(await readRecipients([recipient, recipient])).toEqual([recipient]);
  expect(await readRecipients()).toEqual([]);
  for (const given of [
    "age1nobody",
    `${recipient.slice(0, -1)}${recipient.endsWith("q") ? "p" : "q"}`,
    "ssh-rsa x",
  ])
    await expect(readRecipients([given]), given).rejects.toThrow("is no age recipient");
  // A secret that was given by mistake is not said again.
  await expect(readRecipients([identity])).rejects.not.toThrow(identity);
  const many = await Promise.all(Array.from({ length: 21 }, async () => (await makeAgeKey()).recipient));
  await expect(readRecipients(many)).rejects.toThrow("20 recipients at most");
});

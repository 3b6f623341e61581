import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Refusal } from "../../findings/finding.ts";
import { temporaryFolder } from "../testing/write-sample.ts";
import { fileSource } from "./file-source.ts";
import { folderStore } from "./folder.ts";

async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.findings[0]?.code as string;
  }
}

async function store(folder: string, name: string, text: string): Promise<void> {
  const sink = await folderStore(folder).create(name);
  await sink.write(Buffer.from(text));
  await sink.commit();
}

test("a bundle is kept under its name, readable by its owner only", async () => {
  const folder = join(await temporaryFolder(), "made", "on", "the", "way");
  const sink = await folderStore(folder).create("a.tar.gz");
  await sink.write(Buffer.from("one "));
  await sink.write(Buffer.from("two"));
  expect(await folderStore(folder).list()).toEqual([]);
  expect(await sink.commit()).toEqual({ bytes: 7 });
  expect(await readFile(join(folder, "a.tar.gz"), "utf8")).toBe("one two");
  expect((await stat(join(folder, "a.tar.gz"))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await readdir(folder)).toEqual(["a.tar.gz"]);
  const [listed] = await folderStore(folder).list();
  expect(listed).toMatchObject({ name: "a.tar.gz", bytes: 7 });
});

test("an aborted bundle leaves nothing, and abort may be called again", async () => {
  const folder = await temporaryFolder();
  const sink = await folderStore(folder).create("a.tar.gz");
  await sink.write(Buffer.from("half"));
  await sink.abort();
  await sink.abort();
  expect(await readdir(folder)).toEqual([]);
  await expect(sink.commit()).rejects.toThrow("aborted");
});

test("what a lost writer has left is removed by the bundle's name, and nothing else is", async () => {
  const folder = await temporaryFolder();
  await store(folder, "a.tar.gz", "whole");
  await (await folderStore(folder).create("b.tar.gz")).write(Buffer.from("lost"));
  await (await folderStore(folder).create("c.tar.gz")).write(Buffer.from("alive"));
  await folderStore(folder).discard("b.tar.gz");
  await folderStore(folder).discard("a.tar.gz");
  const left = await readdir(folder);
  expect(left.filter((name) => !name.endsWith(".partial"))).toEqual(["a.tar.gz"]);
  expect(left.filter((name) => name.endsWith(".partial"))).toEqual([expect.stringMatching(/^c\.tar\.gz\./)]);
  await expect(folderStore(join(folder, "nowhere")).discard("a.tar.gz")).resolves.toBeUndefined();
});

test("a bundle is never replaced, neither one that was there nor one that came meanwhile", async () => {
  const folder = await temporaryFolder();
  const slow = await folderStore(folder).create("a.tar.gz");
  await slow.write(Buffer.from("slow"));
  await writeFile(join(folder, "a.tar.gz"), "first");
  expect(await code(slow.commit())).toBe("store-name-taken");
  await slow.abort();
  expect(await code(folderStore(folder).create("a.tar.gz"))).toBe("store-name-taken");
  expect(await readFile(join(folder, "a.tar.gz"), "utf8")).toBe("first");
  expect(await readdir(folder)).toEqual(["a.tar.gz"]);
});

test("a dangling link under the name is not written through", async () => {
  const folder = await temporaryFolder();
  await symlink(join(folder, "elsewhere"), join(folder, "a.tar.gz"));
  expect(await code(folderStore(folder).create("a.tar.gz"))).toBe("store-name-taken");
});

test("what an interrupted writer has left is removed by the next of the same name, and only that", async () => {
  const folder = await temporaryFolder();
  const others = ["a.tar.gz.partial", "a.tar.gz.0123456789ab.tar.gz", "b.tar.gz.0123456789ab.partial"];
  for (const name of [...others, "a.tar.gz.0123456789ab.partial"]) await writeFile(join(folder, name), "x");
  await store(folder, "a.tar.gz", "whole");
  expect((await readdir(folder)).sort()).toEqual([...others, "a.tar.gz"].sort());
});

test("of two writers of one bundle neither publishes what the other has begun", async () => {
  const folder = await temporaryFolder();
  const early = await folderStore(folder).create("a.tar.gz");
  await early.write(Buffer.from("early, whole"));
  const late = await folderStore(folder).create("a.tar.gz");
  await late.write(Buffer.from("late, ha"));
  expect(await code(early.commit())).toBe("store-missing");
  await early.abort();
  await late.write(Buffer.from("lf"));
  await late.commit();
  expect(await readFile(join(folder, "a.tar.gz"), "utf8")).toBe("late, half");
});

test("a name that leads out of the folder, or is the store's own, is refused", async () => {
  const { create, open, remove } = folderStore(await temporaryFolder());
  for (const name of [
    "",
    ".",
    "..",
    "../a",
    "a/b",
    "/a",
    "a\\b",
    "a\0b",
    ".hidden",
    "a.partial",
    "x".repeat(250),
  ]) {
    expect(await code(create(name)), name).toBe("store-bad-name");
    expect(await code(open(name)), name).toBe("store-bad-name");
    expect(await code(remove(name)), name).toBe("store-bad-name");
  }
});

test("room is what the file system has, also where the folder is not there yet", async () => {
  const folder = await temporaryFolder();
  const there = await folderStore(folder).room();
  expect(there).toBeGreaterThan(0);
  expect(await folderStore(join(folder, "not", "yet")).room()).toBeGreaterThan(there! / 2);
});

test("removing says whether there was something to remove", async () => {
  const folder = await temporaryFolder();
  await store(folder, "a.tar.gz", "x");
  expect(await folderStore(folder).remove("a.tar.gz")).toBe(true);
  expect(await folderStore(folder).remove("a.tar.gz")).toBe(false);
});

test("a missing file, a folder in its place and a folder that is a file are told apart", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "sub"));
  await writeFile(join(folder, "file"), "x");
  expect(await code(folderStore(folder).open("none.tar.gz"))).toBe("store-missing");
  expect(await code(folderStore(folder).open("sub"))).toBe("store-no-file");
  expect(await code(fileSource("/dev/null"))).toBe("store-no-file");
  expect(await code(folderStore(join(folder, "file")).create("a.tar.gz"))).toBe("store-name-taken");
  expect(await code(folderStore(join(folder, "none")).list())).toBe("store-missing");
});

test("a source reads any range, at any time, of the file that it opened", async () => {
  const folder = await temporaryFolder();
  const bytes = Buffer.alloc(700_001, "0123456789");
  const path = join(folder, "a.tar.gz");
  await writeFile(path, bytes);
  const source = await fileSource(path);
  await chmod(path, 0o000);
  expect([source.name, source.size]).toEqual(["a.tar.gz", bytes.length]);
  expect((await source.read(699_999, 10)).toString()).toBe("90");
  expect((await source.read(800_000, 10)).length).toBe(0);
  for (const [from, to] of [
    [0, bytes.length],
    [3, 4],
    [262_143, 262_146],
    [5, 5],
  ] as const) {
    const chunks: Buffer[] = [];
    for await (const chunk of source.stream(from, to)) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes.subarray(from, to)), `${from}-${to}`).toBe(true);
  }
  for await (const chunk of source.stream()) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  await source.close();
});

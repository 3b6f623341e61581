import { expect, it } from "vitest";
import type { Part } from "./parts.ts";
import { createReadAhead } from "./read-ahead.ts";

const partOf = (text: string): Part => ({
  chunks: [Buffer.from(text)],
  rows: 1,
  bytes: text.length,
  furthest: null,
});

/** Writes that end when they are told to. */
function heldWrites() {
  const begun: { text: () => string; end: () => void; fail: (error: Error) => void }[] = [];
  const write = (part: Part) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    begun.push({ text: () => part.chunks.join(""), end: resolve, fail: reject });
    return promise;
  };
  return { begun, write };
}

/** Whether it has resolved by the next turn of the event loop. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  const later = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([promise.then(() => true), later]);
}

it("small parts wait for their turn as copies, up to so many bytes", async () => {
  const { begun, write } = heldWrites();
  const ahead = createReadAhead(4, 8);
  const reused = Buffer.from("aaaa");
  await ahead.add({ chunks: [reused], rows: 1, bytes: 4, furthest: null }, write);
  reused.fill("b");
  await ahead.add({ chunks: [reused], rows: 1, bytes: 4, furthest: null }, write);
  reused.fill("c");
  expect(begun.map(({ text }) => text())).toEqual(["aaaa", "bbbb"]);
  const third = ahead.add(partOf("d"), write);
  expect(await isDone(third)).toBe(false);
  begun[0]!.end();
  await third;
  expect(begun).toHaveLength(3);
});

it("of large parts one waits while the next is made, whatever comes next", async () => {
  for (const next of ["small", "a large one"]) {
    const { begun, write } = heldWrites();
    const ahead = createReadAhead(5, 8);
    await ahead.add(partOf("the first large one"), write);
    const second = ahead.add(partOf(next), write);
    expect(await isDone(second)).toBe(false);
    expect(begun).toHaveLength(1);
    begun[0]!.end();
    await second;
    expect(begun).toHaveLength(2);
  }
});

it("what comes afterwards comes when all before is written", async () => {
  const { begun, write } = heldWrites();
  const ahead = createReadAhead(4, 100);
  const done: string[] = [];
  ahead.afterwards(() => done.push("nothing to wait for"));
  await ahead.add(partOf("a"), write);
  await ahead.add(partOf("b"), write);
  ahead.afterwards(() => done.push("both"));
  begun[1]!.end();
  expect(await isDone(ahead.end())).toBe(false);
  expect(done).toEqual(["nothing to wait for"]);
  begun[0]!.end();
  await ahead.end();
  expect(done).toEqual(["nothing to wait for", "both"]);
});

it("a failure is told to whoever adds, or ends, and nothing comes afterwards", async () => {
  const { begun, write } = heldWrites();
  const ahead = createReadAhead(4, 4);
  const done: string[] = [];
  await ahead.add(partOf("aaaa"), write);
  ahead.afterwards(() => done.push("written"));
  begun[0]!.fail(new Error("disk full"));
  await expect(ahead.add(partOf("bbbb"), write)).rejects.toThrow("disk full");
  await expect(ahead.end()).rejects.toThrow("disk full");
  expect(done).toEqual([]);
});

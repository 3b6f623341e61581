import { expect, it } from "vitest";
import { readAhead } from "./read-ahead.ts";

const one = () => 1;

it("gives every item in order, and works ahead only as far as it may", async () => {
  let made = 0;
  async function* source() {
    while (made < 10) yield made++;
  }
  const taken: number[] = [];
  const ahead: number[] = [];
  for await (const item of readAhead(source(), one, 3)) {
    // What is made meanwhile is made by now.
    await new Promise((resolve) => setImmediate(resolve));
    taken.push(item);
    ahead.push(made - item - 1);
  }
  expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(Math.max(...ahead)).toBe(3);
});

it("fails behind the items that came before the failure", async () => {
  async function* source() {
    yield "first";
    throw new Error("broken");
  }
  const items = readAhead(source(), one, 9);
  expect((await items.next()).value).toBe("first");
  await expect(items.next()).rejects.toThrow("broken");
});

it("ends its source when nobody wants more", async () => {
  let ended = false;
  async function* source() {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      ended = true;
    }
  }
  for await (const item of readAhead(source(), one, 2)) if (item === 1) break;
  expect(ended).toBe(true);
});

import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { createWriteTo } from "./write-to.ts";

const chunk = Buffer.from("chunk");

it("resolves each write when it has been taken in, in order", async () => {
  const taken: string[] = [];
  const stream = new Writable({
    write(bytes, _, done) {
      taken.push(String(bytes));
      setImmediate(done);
    },
  });
  const write = createWriteTo(stream);
  await Promise.all([write(Buffer.from("a")), write(Buffer.from("b"))]);
  expect(taken).toEqual(["a", "b"]);
});

it("rejects every write that waits when its stream is destroyed without calling back, and all that come later", async () => {
  const write = createWriteTo(new Writable({ write: () => undefined }));
  const stream = new Writable({ write: () => undefined });
  stream.on("error", () => undefined);
  const broken = createWriteTo(stream);
  const waiting = [broken(chunk), broken(chunk)];
  const said = Promise.allSettled(waiting);
  stream.destroy(new Error("the native side failed"));
  expect((await said).map((each) => each.status === "rejected" && (each.reason as Error).message)).toEqual([
    "the native side failed",
    "the native side failed",
  ]);
  await expect(broken(chunk)).rejects.toThrow("the native side failed");
  // Another stream's still wait.
  expect(await Promise.race([write(chunk), Promise.resolve("waits")])).toBe("waits");
});

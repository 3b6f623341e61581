import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { type ReceivedFile, readFileForm } from "./form.ts";

const CONTENT = randomBytes(300_000);
const ALL = Number.POSITIVE_INFINITY;

/** The body of a form as a browser writes it, and its Content-Type. */
async function form(fields: Record<string, string>, file: Buffer | null = CONTENT) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  if (file !== null) data.set("file", new File([new Uint8Array(file)], "acme ü.tar.gz"));
  const request = new Request("http://x/", { method: "POST", body: data });
  return {
    type: request.headers.get("content-type")!,
    bytes: Buffer.from(await request.arrayBuffer()),
  };
}

async function* inChunks(bytes: Buffer, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield new Uint8Array(bytes.subarray(at, at + size));
}

async function whole({ content }: ReceivedFile): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

it("hands the file on byte by byte, with the fields before it and the name that it was given", async () => {
  const { type, bytes } = await form({ platform: "p-1" });
  const taken = await readFileForm(inChunks(bytes), type, ALL, async (file) => ({
    content: await whole(file),
    platform: file.fields.get("platform"),
    fileName: file.fileName,
  }));
  expect(taken?.content.equals(CONTENT)).toBe(true);
  expect(taken).toMatchObject({ platform: "p-1", fileName: "acme ü.tar.gz" });
});

it("answers at once and reads on behind the answer, so that a browser gets to see it", async () => {
  const { type, bytes } = await form({});
  let sent = 0;
  const ended = Promise.withResolvers<void>();
  async function* counted() {
    for await (const chunk of inChunks(bytes)) {
      sent += chunk.length;
      yield chunk;
    }
    ended.resolve();
  }
  expect(await readFileForm(counted(), type, ALL, async () => "refused")).toBe("refused");
  expect(sent).toBeLessThan(bytes.length);
  await ended.promise;
  expect(sent).toBe(bytes.length);
});

it("drops no more than it was told to", async () => {
  const { type, bytes } = await form({});
  let sent = 0;
  const cut = Promise.withResolvers<void>();
  async function* counted() {
    try {
      for await (const chunk of inChunks(bytes)) {
        sent += chunk.length;
        yield chunk;
      }
    } finally {
      cut.resolve();
    }
  }
  await readFileForm(counted(), type, 5000, async () => "refused");
  await cut.promise;
  expect(sent).toBeLessThan(bytes.length / 2);
});

it("tells whoever reads the file that the sender has gone, or the form ends in its middle", async () => {
  const { type, bytes } = await form({});
  async function* goesAway() {
    yield* inChunks(bytes.subarray(0, 100_000));
    throw new Error("aborted");
  }
  await expect(readFileForm(goesAway(), type, ALL, whole)).rejects.toThrow("aborted");
  await expect(readFileForm(inChunks(bytes.subarray(0, 100_000)), type, ALL, whole)).rejects.toThrow();
});

it("gives nothing for a form without a file, and for what is no form", async () => {
  const none = async () => "taken";
  const { type, bytes } = await form({ platform: "p" }, null);
  expect(await readFileForm(inChunks(bytes), type, ALL, none)).toBeNull();
  for (const other of ["application/json", "multipart/form-data", "multipart/form-data; boundary=", ""])
    expect(await readFileForm(inChunks(bytes), other, ALL, none), other).toBeNull();
  expect(await readFileForm(inChunks(randomBytes(50_000)), type, ALL, none)).toBeNull();
});

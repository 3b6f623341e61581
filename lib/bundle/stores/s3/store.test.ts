/** Bundles in a bucket, on real servers, with connections that break. */
import { randomBytes } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Refusal } from "../../../findings/finding.ts";
import { shard } from "../../../testing/shard.ts";
import { type S3Server, s3Servers, startS3Server } from "../../testing/s3-server.ts";
import { partBytes, SAMPLE_MANIFEST, SAMPLE_PARTS } from "../../testing/sample-bundle.ts";
import { verifyBundle } from "../../verify.ts";
import { createBundleWriter } from "../../writer.ts";
import type { BundleSource, BundleStore } from "../store.ts";
import { loadS3 } from "./bucket.ts";
import { s3Store } from "./store.ts";

/** The least that a part may have, and ranges that many of make a file. */
const PART = 5 * 1024 * 1024;
const SMALL = { partBytes: PART, rangeBytes: 1024 * 1024 };

async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.findings[0]!.code;
  }
}

async function put(store: BundleStore, name: string, bytes: Buffer): Promise<void> {
  const sink = await store.create(name);
  for (let at = 0; at < bytes.length; at += 700_000) await sink.write(bytes.subarray(at, at + 700_000));
  expect(await sink.commit()).toEqual({ bytes: bytes.length });
}

async function all(source: BundleSource, from?: number, to?: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.stream(from, to)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe.each(shard(s3Servers(), 2))("a bucket of %s", (name) => {
  let server: S3Server;
  let store: BundleStore;
  beforeAll(async () => {
    server = await startS3Server(name);
    store = s3Store(server.config, SMALL);
  });
  afterAll(() => server.stop());

  const asked = async <Answer>(
    work: (client: S3Client, s3: Awaited<ReturnType<typeof loadS3>>) => Promise<Answer>,
  ) => {
    const s3 = await loadS3();
    const { bucket: _, prefix: __, ...config } = server.config;
    const client = new s3.S3Client(config);
    const answer = await work(client, s3);
    client.destroy();
    return answer;
  };
  const Bucket = "bundles";
  const uploads = () =>
    asked(async (client, s3) => {
      const { Uploads = [] } = await client.send(new s3.ListMultipartUploadsCommand({ Bucket }));
      return Uploads.length;
    });
  const objects = () =>
    asked(async (client, s3) => {
      const { Contents = [] } = await client.send(new s3.ListObjectsV2Command({ Bucket }));
      return Contents.map(({ Key }) => Key);
    });
  const removeObject = (name: string) =>
    asked((client, s3) => client.send(new s3.DeleteObjectCommand({ Bucket, Key: `tenantry/${name}` })));
  /** A part is sent while the next is filled. */
  const untilThere = async (name: string, size: number) => {
    for (;;) {
      const left = await store.unfinished!(name);
      if (left?.size === size) return left;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  it("keeps files of any length under their names, and reads any range of them", async () => {
    const sizes = [0, 1, PART, PART + 1, 2 * PART + 12_345];
    for (const size of sizes) {
      const bytes = randomBytes(size);
      await put(store, `size-${size}.tar.gz`, bytes);
      const source = await store.open(`size-${size}.tar.gz`);
      expect([source.name, source.size]).toEqual([`size-${size}.tar.gz`, size]);
      expect((await all(source)).equals(bytes), String(size)).toBe(true);
      const near = Math.max(0, size - 3);
      expect((await source.read(near, 10)).equals(bytes.subarray(near))).toBe(true);
      if (size > PART) {
        const [from, to] = [1_048_570, 3_145_730];
        expect((await all(source, from, to)).equals(bytes.subarray(from, to))).toBe(true);
      }
      await source.close();
    }
    const listed = await store.list();
    expect(listed.map((file) => [file.name, file.bytes])).toEqual(
      sizes.map((size) => [`size-${size}.tar.gz`, size]).sort(),
    );
    expect(await store.room()).toBeNull();
    for (const { name } of listed) expect(await store.remove(name)).toBe(true);
    expect(await store.remove(listed[0]!.name)).toBe(false);
    expect(await store.list()).toEqual([]);
  });

  it("holds a bundle that is proved as if it lay in a folder", async () => {
    const sink = await store.create("acme.tar.gz");
    const writer = createBundleWriter({ sink, compression: "gzip", manifest: SAMPLE_MANIFEST });
    for (const part of SAMPLE_PARTS)
      await writer.addPart(part.section, part.ordinal, [partBytes(part)], part.lines.length);
    const seal = await writer.finish();
    const source = await store.open("acme.tar.gz");
    const proof = await verifyBundle(source);
    expect(proof.seal).toEqual(seal);
    expect(proof.sha256).toBe(writer.file().sha256);
    await store.remove("acme.tar.gz");
  });

  it("shows nothing of what is not committed, and nothing is left of what was given up", async () => {
    const bytes = randomBytes(2 * PART);
    const sink = await store.create("a.tar.gz");
    await sink.write(bytes);
    expect(await store.list()).toEqual([]);
    expect(await code(store.open("a.tar.gz"))).toBe("store-missing");
    await sink.abort();
    await sink.abort();
    await expect(sink.commit()).rejects.toThrow("aborted");
    expect(await store.list()).toEqual([]);
    // What a killed writer has left goes with the next of the same name, or by its name alone.
    await (await store.create("lost.tar.gz")).write(bytes);
    await store.discard("lost.tar.gz");
    await (await store.create("again.tar.gz")).write(bytes);
    await put(store, "again.tar.gz", bytes);
    if (server.knowsUploads) expect(await uploads()).toBe(0);
    await store.remove("again.tar.gz");
  });

  it("finds again what a killed writer has left, as far as it came, if it was to be found", async () => {
    const bytes = randomBytes(3 * PART + 77);
    await (await store.create("one.tar.gz")).write(bytes);
    expect(await store.unfinished!("one.tar.gz")).toBeNull();
    const dead = await store.create("one.tar.gz", { findable: true });
    await dead.write(bytes);
    // Another bundle's, whose name begins alike.
    await (await store.create("one.tar.gz.age", { findable: true })).write(bytes.subarray(0, 2 * PART));
    await untilThere("one.tar.gz", 3 * PART);
    const left = (await store.unfinished!("one.tar.gz"))!;
    expect(left.size).toBe(3 * PART);
    expect((await all(left)).equals(bytes.subarray(0, 3 * PART))).toBe(true);
    expect((await left.read(PART - 5, 10)).equals(bytes.subarray(PART - 5, PART + 5))).toBe(true);
    expect((await all(left, PART + 1, 2 * PART + 9)).equals(bytes.subarray(PART + 1, 2 * PART + 9))).toBe(
      true,
    );
    expect(await store.list()).toEqual([]);
    // It stays while the next one reads it.
    const next = await store.create("one.tar.gz", { findable: true, beside: left.name });
    await next.write(await all(left));
    await next.write(bytes.subarray(3 * PART));
    let resent = 0;
    server.breaks((method, url) => {
      if (method === "GET" && /partial\/\d/.test(url)) resent++;
      return null;
    });
    expect(await next.commit()).toEqual({ bytes: bytes.length });
    server.breaks(null);
    // A server that can puts the pieces together itself.
    expect(resent).toBe(server.knowsUploads ? 0 : 4);
    const source = await store.open("one.tar.gz");
    expect((await all(source)).equals(bytes)).toBe(true);
    expect(await store.unfinished!("one.tar.gz")).toBeNull();
    expect(await store.unfinished!("one.tar.gz.age")).not.toBeNull();
    await store.discard("one.tar.gz.age");
    await store.remove("one.tar.gz");
    expect(await objects()).toEqual([]);
    if (server.knowsUploads) expect(await uploads()).toBe(0);
  });

  it("leaves nothing of what was given up beside what was left, and never shows a gap", async () => {
    const bytes = randomBytes(3 * PART);
    await (await store.create("one.tar.gz", { findable: true })).write(bytes);
    const left = await untilThere("one.tar.gz", 3 * PART);
    await removeObject(`${left.name}/00002`);
    expect((await store.unfinished!("one.tar.gz"))!.size).toBe(PART);
    const next = await store.create("one.tar.gz", { findable: true, beside: left.name });
    await next.write(bytes);
    await next.abort();
    expect(await objects()).toEqual([]);
    const empty = await store.create("empty.tar.gz", { findable: true });
    expect(await empty.commit()).toEqual({ bytes: 0 });
    await store.remove("empty.tar.gz");
    expect(await objects()).toEqual([]);
  });

  it("never replaces a file", async () => {
    await put(store, "a.tar.gz", Buffer.from("first"));
    expect(await code(store.create("a.tar.gz"))).toBe("store-name-taken");
    expect(String(await all(await store.open("a.tar.gz")))).toBe("first");
    for (const bad of ["../a", "a/b", "", ".hidden", "a.partial"])
      expect(await code(store.create(bad)), bad).toBe("store-bad-name");
    await store.remove("a.tar.gz");
  });

  it("goes on where connections break, and hears what was done though the answer was lost", async () => {
    const bytes = randomBytes(2 * PART + 999);
    const broken = new Map<string, number>();
    server.breaks((method, url) => {
      const kind = `${method} ${/partNumber/.test(url) ? "part" : /uploadId/.test(url) ? "upload" : "file"}`;
      const times = broken.get(kind) ?? 0;
      broken.set(kind, times + 1);
      if (kind === "POST upload" && times === 0) return "cut answer";
      if (kind === "PUT part" && times < 2) return "cut request";
      return kind === "GET file" && times % 3 === 1 ? "cut answer" : null;
    });
    try {
      await put(store, "shaky.tar.gz", bytes);
      expect((await all(await store.open("shaky.tar.gz"))).equals(bytes)).toBe(true);
    } finally {
      server.breaks(null);
    }
    expect(broken.get("PUT part")).toBeGreaterThan(3);
    expect(broken.get("GET file")).toBeGreaterThan(11);
    await store.remove("shaky.tar.gz");
  });

  it("says what is wrong: no such bucket, nobody there, a server that stays silent", async () => {
    const nowhere = s3Store({ ...server.config, bucket: "no-such-bucket" }, SMALL);
    expect(await code(nowhere.list())).toBe("store-no-bucket");
    server.breaks(() => "cut request");
    try {
      expect(await code(store.list())).toBe("store-unreachable");
    } finally {
      server.breaks(null);
    }
  });
});

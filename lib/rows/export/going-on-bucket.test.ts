/** A killed export into a bucket goes on from the pieces that it had sent, and leaves none of them. */
import { existsSync } from "node:fs";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadS3 } from "../../bundle/stores/s3/bucket.ts";
import type { BundleStore } from "../../bundle/stores/store.ts";
import { type S3Server, s3Servers, startS3Server } from "../../bundle/testing/s3-server.ts";
import { shard } from "../../testing/shard.ts";
import { crashAt } from "../testing/crash.ts";
import {
  type KilledExport,
  type KilledExports,
  type Kind,
  killedExports,
} from "../testing/killed-exports.ts";
import { smallPartsIn } from "../testing/small-parts.ts";

const NAME = "one.tar.gz";

let exports: KilledExports;
beforeAll(async () => {
  exports = await killedExports();
  await exports.fence();
});
afterAll(() => exports.close());

describe.each(shard(s3Servers(), 2))("a bucket of %s", (program) => {
  let server: S3Server;
  let kind: Kind;
  let store: BundleStore;

  beforeAll(async () => {
    server = await startS3Server(program);
    kind = { bucket: server.config };
    store = smallPartsIn(server.config);
    await exports.points(kind);
    await store.remove(NAME);
  });
  afterAll(() => server.stop());

  /** Whatever lies in the bucket, its unfinished uploads among it where it tells of them. */
  async function objects(): Promise<readonly (string | undefined)[]> {
    const s3 = await loadS3();
    const { bucket, prefix: _, ...config } = server.config;
    const client = new s3.S3Client(config);
    const about = { Bucket: bucket };
    const { Contents = [] } = await client.send(new s3.ListObjectsV2Command(about));
    const { Uploads = [] } = server.knowsUploads
      ? await client.send(new s3.ListMultipartUploadsCommand(about))
      : {};
    client.destroy();
    return [...Contents, ...Uploads].map(({ Key }) => Key);
  }

  async function goOn(job: KilledExport, keys?: Parameters<KilledExports["goOn"]>[1]) {
    const went = await exports.goOn(job, keys);
    expect(await objects()).toEqual([`tenantry/${NAME}`]);
    await store.remove(NAME);
    return went;
  }

  it("killed late, it takes over what was there", async () => {
    const { code, taken } = await goOn(await exports.crashed(await exports.afterShare(0.95, kind), kind));
    expect(code).toBe("export-went-on");
    expect(taken).toBeGreaterThan(1);
  });

  it("an encrypted file too", async () => {
    const identity = await generateIdentity();
    const locked = { ...kind, recipients: [await identityToRecipient(identity)] };
    const late = await exports.afterShare(0.95, locked);
    await store.remove(NAME);
    const { code } = await goOn(await exports.crashed(late, locked), {
      unfinished: [identity],
      bundle: [identity],
    });
    expect(code).toBe("export-went-on");
  });

  it("it ends well wherever it was killed, and killed again while it takes over", async () => {
    const all = await exports.points(kind);
    const struck = all.filter(({ name }) => /^(keep|write|create upload|copy|publish|remove)/.test(name));
    expect(new Set(struck.map(({ name }) => name))).toContain("remove pieces");
    const early = await exports.afterShare(0.2, kind);
    for (const point of shard(struck, 24)) {
      const job = await exports.crashed(point, kind);
      if ((await store.list()).length > 0) {
        // It was whole when its writer died: who comes next sees that, and cleans up.
        await store.discard(NAME);
        expect(await objects()).toEqual([`tenantry/${NAME}`]);
        await store.remove(NAME);
        continue;
      }
      if (point.number % 2 === 0 && existsSync(job.keptIn)) await crashAt(job, early);
      await goOn(job);
    }
  }, 600_000);

  it("killed while it takes over, it has lost nothing of what was there", async () => {
    const job = await exports.crashed(await exports.afterShare(0.95, kind), kind);
    const left = await store.unfinished!(NAME);
    // The second part of all, of which none is in a piece of the new file yet.
    await crashAt(job, await exports.afterShare(0.1, kind));
    expect((await store.unfinished!(NAME))?.size).toBe(left!.size);
    expect((await goOn(job)).taken).toBeGreaterThan(1);
  });
});

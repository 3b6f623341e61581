/**
 * A bundle on its way into a bucket: a multipart upload, which is an object only once it is completed. Each part is
 * checked by the server against its MD5 and SHA-256 before it is taken.
 *
 *     create upload → (fill a part → upload it, while the next is filled)… → complete → look at what is there
 */
import { createHash, randomUUID } from "node:crypto";
import { Refusal } from "../../../findings/finding.ts";
import { createBufferPool, createPieceCutter } from "../../streams/pieces.ts";
import { storeFinding } from "../refusals.ts";
import type { BundleSink, SideEffect } from "../store.ts";
import { type Bucket, loadS3 } from "./bucket.ts";
import { isMissing, isUnknownTo, orRefuseS3 } from "./refusals.ts";

/** A service takes 10,000 parts of one upload, all but the last of one length (R2 asks for that): 160 GB. */
const PART_BYTES = 16 * 1024 * 1024;
const MOST_PARTS = 10_000;

interface DonePart {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
  readonly ChecksumSHA256: string;
}

/** @param partBytes at least 5 MiB, as every service asks */
export async function createS3Sink(
  bucket: Bucket,
  name: string,
  sideEffect: SideEffect,
  partBytes = PART_BYTES,
): Promise<BundleSink> {
  const s3 = await loadS3();
  const client = await bucket.client();
  const at = { Bucket: bucket.name, Key: bucket.keyOf(name) };
  /** Tells this upload's object from another of the same name, where an answer was lost. */
  const mark = randomUUID();
  const { UploadId } = await sideEffect("create upload", () =>
    orRefuseS3(name, () =>
      client.send(
        new s3.CreateMultipartUploadCommand({
          ...at,
          ChecksumAlgorithm: "SHA256",
          Metadata: { write: mark },
        }),
      ),
    ),
  );
  const upload = { ...at, UploadId };
  const parts: DonePart[] = [];
  const pool = createBufferPool(partBytes);
  let numbered = 0;
  let bytes = 0;
  let sending: Promise<void> = Promise.resolve();
  let state: "open" | "committing" | "published" | "aborted" = "open";
  let committing: Promise<void> | null = null;

  async function send(number: number, body: Buffer): Promise<void> {
    const sha256 = createHash("sha256").update(body).digest("base64");
    const ContentMD5 = createHash("md5").update(body).digest("base64");
    const part = { ...upload, PartNumber: number, Body: body, ContentMD5, ChecksumSHA256: sha256 };
    const { ETag } = await sideEffect("write", () =>
      orRefuseS3(name, () => client.send(new s3.UploadPartCommand(part))),
    );
    parts.push({ PartNumber: number, ETag, ChecksumSHA256: sha256 });
  }

  /** One part is sent while the next is filled. */
  const cutter = createPieceCutter(partBytes, pool, async (buffer, length) => {
    await sending;
    if (++numbered > MOST_PARTS) throw new Refusal(tooLarge(name));
    const number = numbered;
    sending = send(number, buffer.subarray(0, length)).then(() => pool.give(buffer));
    // Whoever waits for it next is told.
    sending.catch(() => undefined);
  });

  async function publish(): Promise<void> {
    await cutter.end();
    await sending;
    if (numbered === 0) await send(++numbered, Buffer.alloc(0));
    await sideEffect("publish", () => orRefuseS3(name, complete));
    state = "published";
  }

  async function complete(): Promise<void> {
    const MultipartUpload = { Parts: parts };
    try {
      await client.send(
        new s3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload, IfNoneMatch: "*" }),
      );
    } catch (error) {
      // The answer may have been lost on its way, and what was asked done.
      if (!(await isOurs())) throw error;
      return;
    }
    if (!(await isOurs())) throw new Refusal(notWhatWasSent(name));
  }

  async function isOurs(): Promise<boolean> {
    try {
      const { ContentLength, Metadata } = await client.send(new s3.HeadObjectCommand(at));
      return Metadata?.write === mark && ContentLength === bytes;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  return {
    async write(chunk) {
      await cutter.write(chunk);
      bytes += chunk.length;
    },
    async commit() {
      if (state !== "open") throw new Error("the bundle is committed or aborted already");
      state = "committing";
      committing = publish();
      await committing;
      return { bytes };
    },
    async abort() {
      // A commit under way is not pulled from under itself: it ends, one way or the other.
      await committing?.catch(() => undefined);
      if (state === "published" || state === "aborted") return;
      state = "aborted";
      await sending.catch(() => undefined);
      await sideEffect("abort upload", () => abortUpload(bucket, name, UploadId));
    },
  };
}

/**
 * Parts that were sent cost as much as a file, and are in no list, until somebody gives the upload up. A server that
 * knows no giving up (405, 501) is left to its bucket's life cycle.
 */
export async function abortUpload(bucket: Bucket, name: string, UploadId: string | undefined): Promise<void> {
  const { AbortMultipartUploadCommand } = await loadS3();
  const client = await bucket.client();
  const about = { Bucket: bucket.name, Key: bucket.keyOf(name), UploadId };
  await orRefuseS3(name, async () => {
    try {
      await client.send(new AbortMultipartUploadCommand(about));
    } catch (error) {
      if (!isMissing(error) && !isUnknownTo(error)) throw error;
    }
  });
}

function tooLarge(name: string) {
  const what = `It is longer than ${MOST_PARTS} parts of ${PART_BYTES / 1024 / 1024} MiB.`;
  return storeFinding("store-too-large", name, what, "Keep this platform's bundles in a folder.");
}

function notWhatWasSent(name: string) {
  const what = "The store says that the file is written, and holds another one under its name.";
  return storeFinding("store-damaged", name, what, "Look at the bucket: somebody else writes into it.");
}

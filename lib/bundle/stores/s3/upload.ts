/** One multipart upload: an object only when it is completed, and never over another one. */
import { createHash, randomUUID } from "node:crypto";
import { Refusal } from "../../../findings/finding.ts";
import { storeFinding } from "../refusals.ts";
import type { SideEffect } from "../store.ts";
import { type Bucket, loadS3 } from "./bucket.ts";
import { isMissing, isUnknownTo, orRefuseS3 } from "./refusals.ts";

/** A service takes 10,000 parts of one upload, all but the last of one length (R2 asks for that): 160 GB. */
export const PART_BYTES = 16 * 1024 * 1024;
export const MOST_PARTS = 10_000;

/** Where the parts of a file go, and how they become one. */
export interface Parts {
  /** The part of this number, from 1; one at a time. */
  send(number: number, body: Buffer): Promise<void>;
  /** Shows the file. There is one part at least. */
  publish(count: number, bytes: number): Promise<void>;
  /** Leaves nothing of them. */
  abort(): Promise<void>;
}

interface DonePart {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
  readonly ChecksumSHA256?: string;
}

export interface Upload {
  /** The part of this number, from 1. */
  send(number: number, body: Buffer): Promise<void>;
  /**
   * The part of this number from another object of the bucket, if the server can: it is not sent then.
   *
   * @returns false where the server knows no such request
   */
  copy(number: number, key: string, etag: string | undefined): Promise<boolean>;
  /** @param bytes what all parts have together */
  complete(bytes: number): Promise<void>;
  abort(): Promise<void>;
}

/** What a part or an object is sent with: MD5, which every server checks, and SHA-256, which AWS checks and keeps. */
export function checksums(body: Buffer): { readonly ContentMD5: string; readonly ChecksumSHA256: string } {
  const base64 = (algorithm: string) => createHash(algorithm).update(body).digest("base64");
  return { ContentMD5: base64("md5"), ChecksumSHA256: base64("sha256") };
}

export async function beginUpload(bucket: Bucket, name: string, sideEffect: SideEffect): Promise<Upload> {
  const s3 = await loadS3();
  const client = await bucket.client();
  const at = { Bucket: bucket.name, Key: bucket.keyOf(name) };
  /** Tells this upload's object from another of the same name, where an answer was lost. */
  const mark = randomUUID();
  const begin = { ...at, ChecksumAlgorithm: "SHA256", Metadata: { write: mark } } as const;
  const { UploadId } = await sideEffect("create upload", () =>
    orRefuseS3(name, () => client.send(new s3.CreateMultipartUploadCommand(begin))),
  );
  const upload = { ...at, UploadId };
  const parts: DonePart[] = [];

  async function isOurs(bytes: number): Promise<boolean> {
    try {
      const { ContentLength, Metadata } = await client.send(new s3.HeadObjectCommand(at));
      return Metadata?.write === mark && ContentLength === bytes;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async function complete(bytes: number): Promise<void> {
    const Parts = parts.toSorted((a, b) => a.PartNumber - b.PartNumber);
    const command = { ...upload, MultipartUpload: { Parts }, IfNoneMatch: "*" };
    try {
      await client.send(new s3.CompleteMultipartUploadCommand(command));
    } catch (error) {
      // The answer may have been lost on its way, and what was asked done.
      if (!(await isOurs(bytes))) throw error;
      return;
    }
    if (!(await isOurs(bytes))) throw new Refusal(notWhatWasSent(name));
  }

  return {
    async send(PartNumber, Body) {
      const { ContentMD5, ChecksumSHA256 } = checksums(Body);
      const part = { ...upload, PartNumber, Body, ContentMD5, ChecksumSHA256 };
      const { ETag } = await sideEffect("write", () =>
        orRefuseS3(name, () => client.send(new s3.UploadPartCommand(part))),
      );
      parts.push({ PartNumber, ETag, ChecksumSHA256 });
    },
    async copy(PartNumber, key, etag) {
      const CopySource = `${bucket.name}/${key.split("/").map(encodeURIComponent).join("/")}`;
      const part = { ...upload, PartNumber, CopySource, CopySourceIfMatch: etag };
      const copied = await sideEffect("copy", () =>
        orRefuseS3(name, async () => {
          try {
            return (await client.send(new s3.UploadPartCopyCommand(part))).CopyPartResult;
          } catch (error) {
            if (isUnknownTo(error)) return undefined;
            throw error;
          }
        }),
      );
      if (copied?.ETag === undefined) return false;
      parts.push({ PartNumber, ETag: copied.ETag, ChecksumSHA256: copied.ChecksumSHA256 });
      return true;
    },
    complete: (bytes) => sideEffect("publish", () => orRefuseS3(name, () => complete(bytes))),
    abort: () => sideEffect("abort upload", () => abortUpload(bucket, name, UploadId)),
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

export function tooLarge(name: string) {
  const what = `It is longer than ${MOST_PARTS} parts of ${PART_BYTES / 1024 / 1024} MiB.`;
  return storeFinding("store-too-large", name, what, "Keep this platform's bundles in a folder.");
}

function notWhatWasSent(name: string) {
  const what = "The store says that the file is written, and holds another one under its name.";
  return storeFinding("store-damaged", name, what, "Look at the bucket: somebody else writes into it.");
}

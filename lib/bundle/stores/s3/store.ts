/** Bundles in an S3-compatible bucket. What is listed is whole: an upload is an object only when it is completed. */
import { Refusal } from "../../../findings/finding.ts";
import { beside } from "../beside.ts";
import { checkedName, isBundleName } from "../names.ts";
import { storeFinding } from "../refusals.ts";
import {
  type BundleStore,
  type CreateOptions,
  plainly,
  type SideEffect,
  type StoredBundle,
} from "../store.ts";
import { type Bucket, loadS3, openBucket, type S3Config } from "./bucket.ts";
import { listPieces, openPieces, removePieces, removePlace } from "./pieces.ts";
import { isMissing, isUnknownTo, orRefuseS3 } from "./refusals.ts";
import { createPieceSink, createS3Sink } from "./sink.ts";
import { openS3Source } from "./source.ts";
import { abortUpload } from "./upload.ts";

/** For tests: parts of another length (at least 5 MiB), and what ends the process before or after an effect. */
export interface S3StoreOptions {
  readonly sideEffect?: SideEffect;
  readonly partBytes?: number;
  readonly rangeBytes?: number;
}

/** The bucket must be there; nothing is asked of it before it is used. */
export function s3Store(config: S3Config, options: S3StoreOptions = {}): BundleStore {
  const bucket = openBucket(config);
  const { sideEffect = plainly } = options;
  return {
    region: config.region,
    async create(name, { findable = false, beside: left }: CreateOptions = {}) {
      const checked = checkedName(name);
      if (await exists(bucket, checked)) throw new Refusal(taken(checked));
      await removeLeft(bucket, checked, left);
      const create = findable ? createPieceSink : createS3Sink;
      const sink = await create(bucket, checked, sideEffect, options.partBytes);
      if (left === undefined) return sink;
      return beside(sink, () => sideEffect("remove what was left", () => removePlace(bucket, left)));
    },
    async unfinished(name) {
      const [furthest] = await listPieces(bucket, checkedName(name));
      return furthest === undefined ? null : openPieces(bucket, furthest, options.rangeBytes);
    },
    open: async (name) => openS3Source(bucket, checkedName(name), options.rangeBytes),
    room: async () => null,
    list: () => listBundles(bucket),
    remove: async (name) => removeBundle(bucket, checkedName(name), sideEffect),
    discard: async (name) => removeLeft(bucket, checkedName(name)),
  };
}

async function exists(bucket: Bucket, name: string): Promise<boolean> {
  const { HeadObjectCommand } = await loadS3();
  const client = await bucket.client();
  const at = { Bucket: bucket.name, Key: bucket.keyOf(name) };
  return orRefuseS3(name, async () => {
    try {
      await client.send(new HeadObjectCommand(at));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  });
}

async function listBundles(bucket: Bucket): Promise<StoredBundle[]> {
  const { paginateListObjectsV2 } = await loadS3();
  const client = await bucket.client();
  const Prefix = bucket.keyOf("");
  return orRefuseS3(bucket.name, async () => {
    const bundles: StoredBundle[] = [];
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket.name, Prefix })) {
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        const name = bucket.nameOf(Key ?? "");
        // What lies in folders below is somebody else's.
        if (name === null || name === "" || name.includes("/") || !isBundleName(name)) continue;
        bundles.push({ name, bytes: Size ?? 0, storedAt: LastModified ?? new Date(0) });
      }
    }
    return bundles.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

async function removeBundle(bucket: Bucket, name: string, sideEffect: SideEffect): Promise<boolean> {
  if (!(await exists(bucket, name))) return false;
  const { DeleteObjectCommand } = await loadS3();
  const client = await bucket.client();
  const at = { Bucket: bucket.name, Key: bucket.keyOf(name) };
  await sideEffect("remove", () => orRefuseS3(name, () => client.send(new DeleteObjectCommand(at))));
  return true;
}

/** What interrupted writers of the same bundle have left: uploads that nobody completes any more, and pieces. */
async function removeLeft(bucket: Bucket, name: string, but?: string): Promise<void> {
  await abortStale(bucket, name);
  await removePieces(bucket, name, but);
}

async function abortStale(bucket: Bucket, name: string): Promise<void> {
  const { ListMultipartUploadsCommand } = await loadS3();
  const client = await bucket.client();
  const Key = bucket.keyOf(name);
  const uploads = await orRefuseS3(name, async () => {
    try {
      const about = { Bucket: bucket.name, Prefix: Key };
      return (await client.send(new ListMultipartUploadsCommand(about))).Uploads ?? [];
    } catch (error) {
      // Some small servers have no such list; a rule of the bucket's life cycle cleans up there.
      if (isUnknownTo(error)) return [];
      throw error;
    }
  });
  for (const upload of uploads) if (upload.Key === Key) await abortUpload(bucket, name, upload.UploadId);
}

function taken(name: string) {
  const todo = "Choose another name, or move the file away.";
  return storeFinding("store-name-taken", name, "A file of this name exists already.", todo);
}

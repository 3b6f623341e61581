/** A bucket into which a small bundle goes in several parts: of the least length that a service takes. */
import type { S3Config } from "../../bundle/stores/s3/bucket.ts";
import { s3Store } from "../../bundle/stores/s3/store.ts";
import { type BundleStore, plainly, type SideEffect } from "../../bundle/stores/store.ts";

export function smallPartsIn(bucket: S3Config, sideEffect: SideEffect = plainly): BundleStore {
  return s3Store(bucket, { sideEffect, partBytes: 5 * 1024 * 1024 });
}

/** A bundle in a bucket, read in ranges: each is asked for again where the connection breaks, the next one ahead. */
import { Refusal } from "../../../findings/finding.ts";
import { storeFinding } from "../refusals.ts";
import type { BundleSource } from "../store.ts";
import { type Bucket, loadS3 } from "./bucket.ts";
import { orRefuseS3 } from "./refusals.ts";

/** Bytes of one request; another such range is read ahead. */
const RANGE_BYTES = 4 * 1024 * 1024;

/** Times that a range is asked for. The SDK tries requests again, but not a body that ends early. */
const TRIES = 4;

/** The same bytes whatever happens to the name later, or a refusal. */
export async function openS3Source(
  bucket: Bucket,
  name: string,
  rangeBytes = RANGE_BYTES,
): Promise<BundleSource> {
  const s3 = await loadS3();
  const client = await bucket.client();
  const at = { Bucket: bucket.name, Key: bucket.keyOf(name) };
  const head = await orRefuseS3(name, () => client.send(new s3.HeadObjectCommand(at)));
  const size = head.ContentLength ?? 0;
  const IfMatch = head.ETag;

  async function once(from: number, to: number): Promise<Buffer> {
    const Range = `bytes=${from}-${to - 1}`;
    const { Body } = await client.send(new s3.GetObjectCommand({ ...at, Range, IfMatch }));
    const bytes = Buffer.from(await Body!.transformToByteArray());
    if (bytes.length !== to - from) throw new Error("the store sent less than it said");
    return bytes;
  }

  async function range(from: number, to: number): Promise<Buffer> {
    if (to <= from) return Buffer.alloc(0);
    for (let tries = 1; ; tries++) {
      try {
        return await once(from, to);
      } catch (error) {
        const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
        if (status === 412) throw new Refusal(changed(name), { cause: error });
        // What the store has refused it refuses again.
        if (tries === TRIES || (status !== undefined && status >= 400 && status < 500))
          return orRefuseS3(name, () => Promise.reject(error));
      }
    }
  }

  async function* stream(from = 0, to = size): AsyncGenerator<Buffer, void, void> {
    const end = Math.min(to, size);
    const readAhead = (position: number) => {
      const chunk = range(position, Math.min(position + rangeBytes, end));
      chunk.catch(() => undefined);
      return chunk;
    };
    let ahead = readAhead(from);
    for (let position = from; position < end; ) {
      const chunk = await ahead;
      position += chunk.length;
      ahead = readAhead(position);
      yield chunk;
    }
  }

  return {
    name,
    size,
    read: (position, length) => range(position, Math.min(position + length, size)),
    stream,
    close: async () => undefined,
  };
}

function changed(name: string) {
  return storeFinding(
    "store-file-changed",
    name,
    "The file was replaced in the store while it was read.",
    "Find out who writes into the bucket, and verify the bundle.",
  );
}

/** A bucket as the store uses it. The SDK is loaded when the first request is made: it is large, and folders need none. */
import type { S3Client } from "@aws-sdk/client-s3";

export interface S3Config {
  readonly bucket: string;
  /** Before every name, ending with a slash; empty where the bucket is the store's alone. */
  readonly prefix: string;
  readonly region: string;
  /** Of another service than AWS: `https://s3.example.com`. */
  readonly endpoint?: string;
  /** `endpoint/bucket/name` and not `bucket.endpoint/name`. */
  readonly forcePathStyle: boolean;
  /** Left out, they are found as the SDK finds them: environment, file, the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export const loadS3 = () => import("@aws-sdk/client-s3");

export interface Bucket {
  readonly name: string;
  client(): Promise<S3Client>;
  keyOf(name: string): string;
  /** Null for a key that is not in the store's own place. */
  nameOf(key: string): string | null;
}

export function openBucket(config: S3Config): Bucket {
  let client: Promise<S3Client> | null = null;
  async function connect(): Promise<S3Client> {
    const { S3Client } = await loadS3();
    return new S3Client({
      region: config.region,
      endpoint: config.endpoint,
      forcePathStyle: config.forcePathStyle,
      credentials: config.credentials,
      maxAttempts: 5,
      // Every part carries its own; what the SDK would add is understood by AWS alone.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
  }
  return {
    name: config.bucket,
    client() {
      client ??= connect();
      return client;
    },
    keyOf: (name) => config.prefix + name,
    nameOf: (key) => (key.startsWith(config.prefix) ? key.slice(config.prefix.length) : null),
  };
}

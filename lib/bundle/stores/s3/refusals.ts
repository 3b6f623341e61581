/** What an S3-compatible store answers, in sentences for the operator; its own error stays the cause. */
import { Refusal } from "../../../findings/finding.ts";
import { storeFinding } from "../refusals.ts";

type Sentence = readonly [code: string, what: string, todo: string];

const MISSING: Sentence = [
  "store-missing",
  "There is no such file.",
  "Check the name, the bucket and the prefix.",
];
const DENIED: Sentence = [
  "store-denied",
  "The store's credentials may not do this.",
  "Give them s3:GetObject, PutObject, DeleteObject, ListBucket, AbortMultipartUpload and ListBucketMultipartUploads on the bucket.",
];
const DAMAGED: Sentence = [
  "store-damaged",
  "What arrived in the store is not what was sent.",
  "Run it again; where it happens again, look for what changes data on the way.",
];
const UNREACHABLE: Sentence = [
  "store-unreachable",
  "The store does not answer.",
  "Check TENANTRY_S3_ENDPOINT, TENANTRY_S3_REGION and the network, then run it again.",
];

const BY_NAME: Readonly<Record<string, Sentence>> = {
  NoSuchKey: MISSING,
  NotFound: MISSING,
  NoSuchBucket: ["store-no-bucket", "There is no such bucket.", "Make it, or correct TENANTRY_S3_BUCKET."],
  AccessDenied: DENIED,
  Forbidden: DENIED,
  InvalidAccessKeyId: DENIED,
  SignatureDoesNotMatch: DENIED,
  CredentialsProviderError: [
    "store-denied",
    "No credentials for the store were found.",
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role.",
  ],
  PreconditionFailed: [
    "store-name-taken",
    "A file of this name exists already.",
    "Choose another name, or move the file away.",
  ],
  BadDigest: DAMAGED,
  InvalidDigest: DAMAGED,
  XAmzContentChecksumMismatch: DAMAGED,
  EntityTooLarge: ["store-too-large", "The store takes no file of this size.", "Use a folder as store."],
  QuotaExceeded: ["store-full", "The store's quota is used up.", "Free space in the bucket."],
  TimeoutError: UNREACHABLE,
};

const UNREACHABLE_CODES = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH)$/;

interface ServiceError {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Whether the store says that there is nothing of that name. */
export function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as ServiceError;
  return (
    name === "NoSuchKey" ||
    name === "NotFound" ||
    (name !== "NoSuchBucket" && $metadata?.httpStatusCode === 404)
  );
}

/** Whether the server has no such request at all. */
export function isUnknownTo(error: unknown): boolean {
  const status = (error as ServiceError).$metadata?.httpStatusCode;
  return status === 405 || status === 501;
}

function sentenceOf(error: ServiceError): Sentence | undefined {
  const known = BY_NAME[error.name ?? ""] ?? BY_NAME[error.code ?? ""];
  if (known !== undefined) return known;
  if (UNREACHABLE_CODES.test(error.code ?? "")) return UNREACHABLE;
  switch (error.$metadata?.httpStatusCode) {
    case 401:
    case 403:
      return DENIED;
    case 404:
      return MISSING;
    case 412:
      return BY_NAME.PreconditionFailed;
    case 500:
    case 502:
    case 503:
      return UNREACHABLE;
    default:
      return undefined;
  }
}

/** Asks the store; what it answers becomes a refusal about `where`. */
export async function orRefuseS3<Result>(where: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const known = sentenceOf(error as ServiceError);
    if (known === undefined) throw error;
    throw new Refusal(storeFinding(known[0], where, known[1], known[2]), { cause: error });
  }
}

/** What a process of the console is told by its environment; wrong or missing, it says which variable and stops. */
import type { BlockList } from "node:net";
import { z } from "zod";
import { parseSecretKey, type SecretKey } from "../access/secret-key.ts";
import type { S3Config } from "../bundle/stores/s3/bucket.ts";
import { type Finding, Refusal } from "../findings/finding.ts";
import { recordsUrl } from "../records/config.ts";
import { byteCount } from "./byte-count.ts";
import { type DrillPlace, readDrillPlace } from "./shared/throwaway-place.ts";
import { parseNetworks } from "./webhooks/addresses.ts";

const key = (text: string, context: z.RefinementCtx): SecretKey => {
  const parsed = parseSecretKey(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: "custom", message: "is not 32 bytes in base64 or 64 hex digits" });
  return z.NEVER;
};

const networks = (text: string, context: z.RefinementCtx): BlockList => {
  const parsed = parseNetworks(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: "custom", message: "is no list of addresses or networks" });
  return z.NEVER;
};

const Environment = z.object({
  TENANTRY_BUNDLE_FOLDER: z.string("is not set"),
  TENANTRY_BUNDLE_FOLDER_REGION: z.string().optional(),
  TENANTRY_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "is no bucket's name")
    .optional(),
  TENANTRY_S3_PREFIX: z
    .string()
    .regex(/^\w[\w.-]*(\/\w[\w.-]*)*\/?$/, "is no prefix")
    .transform((prefix) => (prefix.endsWith("/") ? prefix : `${prefix}/`))
    .optional(),
  TENANTRY_S3_REGION: z.string().default("us-east-1"),
  TENANTRY_S3_ENDPOINT: z.url({ protocol: /^https?$/, error: "is no address" }).optional(),
  TENANTRY_S3_PATH_STYLE: z.enum(["true", "false"], "is neither true nor false").default("false"),
  TENANTRY_UPLOAD_LIMIT: z.string().default("64GiB").transform(byteCount),
  TENANTRY_SECRET_KEY: z.string("is not set").transform(key),
  TENANTRY_OLD_SECRET_KEYS: z
    .string()
    .default("")
    .transform((text) => text.split(",").filter((part) => part.trim() !== ""))
    .pipe(z.array(z.string().transform(key))),
  TENANTRY_COMMANDS: z.string().optional(),
  TENANTRY_MIGRATIONS_FOLDER: z.string().optional(),
  TENANTRY_WEBHOOK_NETWORKS: z.string().default("").transform(networks),
});

export interface ConsoleConfig {
  readonly recordsUrl: string;
  readonly bundleFolder: string;
  /** Where the folder lies, for the region rules of platform files. */
  readonly bundleFolderRegion: string | null;
  /** A bucket beside the folder; null for none. Its credentials are found by the SDK. */
  readonly s3: S3Config | null;
  /** Bytes that an uploaded bundle may have. */
  readonly uploadLimit: number;
  readonly secretKeys: { readonly current: SecretKey; readonly old: readonly SecretKey[] };
  /** The worker's own list of commands that `create: { command }` of a platform file may name; null for none. */
  readonly commandsFile: string | null;
  /** On the worker's machine: a folder for each platform, by its name, with its migrations; null for none. */
  readonly migrationsBase: string | null;
  /** Private networks that webhooks may lead to; none unless told. */
  readonly webhookNetworks: BlockList;
  readonly drill: DrillPlace;
}

const VALID: Readonly<Record<string, string>> = {
  TENANTRY_BUNDLE_FOLDER: "the folder in which bundles are kept, the same for web and worker",
  TENANTRY_BUNDLE_FOLDER_REGION: "where the folder lies, as the regions of platform files call it",
  TENANTRY_S3_BUCKET: "the name of a bucket that keeps bundles, for platforms that choose it",
  TENANTRY_S3_PREFIX: "what stands before every name in the bucket, like tenantry/",
  TENANTRY_S3_REGION: "the bucket's region, like eu-central-1",
  TENANTRY_S3_ENDPOINT: "the address of an S3-compatible service, like https://s3.example.com; none for AWS",
  TENANTRY_S3_PATH_STYLE: "true where the bucket stands in the path and not in the host's name",
  TENANTRY_UPLOAD_LIMIT: "how large an uploaded bundle may be, like 64GiB",
  TENANTRY_SECRET_KEY: "32 random bytes in base64, the same for web and worker: openssl rand -base64 32",
  TENANTRY_OLD_SECRET_KEYS: "former values of TENANTRY_SECRET_KEY, separated by commas",
  TENANTRY_WEBHOOK_NETWORKS: "addresses or networks separated by commas, like 10.1.0.0/16,127.0.0.1",
  TENANTRY_COMMANDS: "the path of the file that lists the commands which the worker may run",
  TENANTRY_MIGRATIONS_FOLDER:
    "a folder with a folder for each platform, by its name, in which its migrations lie",
};

/** @throws Refusal `configuration-invalid`, one finding a variable; no finding holds a value */
export function readConfig(env: NodeJS.ProcessEnv): ConsoleConfig {
  // A variable set to nothing is one that is not set: compose files write them so.
  const given = Object.fromEntries(
    Object.keys(VALID).flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );
  const parsed = Environment.safeParse(given);
  if (!parsed.success) throw new Refusal(parsed.error.issues.map(invalid));
  const { data } = parsed;
  return {
    recordsUrl: recordsUrl(env),
    bundleFolder: data.TENANTRY_BUNDLE_FOLDER,
    bundleFolderRegion: data.TENANTRY_BUNDLE_FOLDER_REGION ?? null,
    s3: bucketOf(data),
    uploadLimit: data.TENANTRY_UPLOAD_LIMIT,
    secretKeys: { current: data.TENANTRY_SECRET_KEY, old: data.TENANTRY_OLD_SECRET_KEYS },
    commandsFile: data.TENANTRY_COMMANDS ?? null,
    migrationsBase: data.TENANTRY_MIGRATIONS_FOLDER ?? null,
    webhookNetworks: data.TENANTRY_WEBHOOK_NETWORKS,
    drill: readDrillPlace(env),
  };
}

function bucketOf(data: z.output<typeof Environment>): S3Config | null {
  const { TENANTRY_S3_BUCKET: bucket, TENANTRY_S3_PREFIX: prefix = "" } = data;
  if (bucket === undefined) return null;
  return {
    bucket,
    prefix,
    region: data.TENANTRY_S3_REGION,
    endpoint: data.TENANTRY_S3_ENDPOINT,
    forcePathStyle: data.TENANTRY_S3_PATH_STYLE === "true",
  };
}

function invalid(issue: z.core.$ZodIssue): Finding {
  const variable = String(issue.path[0]);
  return {
    code: "configuration-invalid",
    severity: "blocks",
    where: variable,
    what: `${variable} ${issue.message}.`,
    todo: `Set it to ${VALID[variable]}.`,
  };
}

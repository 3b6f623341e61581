/** What a process of the console is told by its environment; wrong or missing, it says which variable and stops. */
import type { BlockList } from "node:net";
import { z } from "zod";
import { parseSecretKey, type SecretKey } from "../access/secret-key.ts";
import { type Finding, Refusal } from "../findings/finding.ts";
import { recordsUrl } from "../records/config.ts";
import { byteCount } from "./byte-count.ts";
import { type DrillPlace, readDrillPlace } from "./drill/place.ts";
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
  TENANTRY_UPLOAD_LIMIT: z.string().default("64GiB").transform(byteCount),
  TENANTRY_SECRET_KEY: z.string("is not set").transform(key),
  TENANTRY_OLD_SECRET_KEYS: z
    .string()
    .default("")
    .transform((text) => text.split(",").filter((part) => part.trim() !== ""))
    .pipe(z.array(z.string().transform(key))),
  TENANTRY_COMMANDS: z.string().optional(),
  TENANTRY_WEBHOOK_NETWORKS: z.string().default("").transform(networks),
});

export interface ConsoleConfig {
  readonly recordsUrl: string;
  readonly bundleFolder: string;
  /** Bytes that an uploaded bundle may have. */
  readonly uploadLimit: number;
  readonly secretKeys: { readonly current: SecretKey; readonly old: readonly SecretKey[] };
  /** The worker's own list of commands that `create: { command }` of a platform file may name; null for none. */
  readonly commandsFile: string | null;
  /** Private networks that webhooks may lead to; none unless told. */
  readonly webhookNetworks: BlockList;
  readonly drill: DrillPlace;
}

const VALID: Readonly<Record<string, string>> = {
  TENANTRY_BUNDLE_FOLDER: "the folder in which bundles are kept, the same for web and worker",
  TENANTRY_UPLOAD_LIMIT: "how large an uploaded bundle may be, like 64GiB",
  TENANTRY_SECRET_KEY: "32 random bytes in base64, the same for web and worker: openssl rand -base64 32",
  TENANTRY_OLD_SECRET_KEYS: "former values of TENANTRY_SECRET_KEY, separated by commas",
  TENANTRY_WEBHOOK_NETWORKS: "addresses or networks separated by commas, like 10.1.0.0/16,127.0.0.1",
  TENANTRY_COMMANDS: "the path of the file that lists the commands which the worker may run",
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
    uploadLimit: data.TENANTRY_UPLOAD_LIMIT,
    secretKeys: { current: data.TENANTRY_SECRET_KEY, old: data.TENANTRY_OLD_SECRET_KEYS },
    commandsFile: data.TENANTRY_COMMANDS ?? null,
    webhookNetworks: data.TENANTRY_WEBHOOK_NETWORKS,
    drill: readDrillPlace(env),
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

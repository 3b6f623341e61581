/** What access needs from the environment; read once at start, and refused by the variable's name. */
import { z } from "zod";
import { readVariables } from "./environment.ts";
import { parseSecretKey, type SecretKey } from "./secret-key.ts";

const key = (text: string, context: z.RefinementCtx): SecretKey => {
  const parsed = parseSecretKey(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: "custom", message: "is not 32 bytes in base64 or 64 hex digits" });
  return z.NEVER;
};

const webAddress = z
  .string()
  .refine((text) => /^https?:/.test(text) && URL.canParse(text), "is no http or https address");

const Keys = z.object({
  TENANTRY_SECRET_KEY: z.string().transform(key),
  TENANTRY_OLD_SECRET_KEYS: z
    .string()
    .default("")
    .transform((text) => text.split(",").filter((part) => part.trim() !== ""))
    .pipe(z.array(z.string().transform(key))),
});

const Environment = z
  .object({
    AUTH_SECRET: z.string().min(32, "has fewer than 32 characters"),
    AUTH_URL: webAddress.transform((url) => new URL(url).origin),
    ...Keys.shape,
    TENANTRY_TRUSTED_PROXIES: z.coerce
      .number("is not a number")
      .int("is not a whole number")
      .min(0, "is below 0")
      .max(8, "is above 8")
      .default(0),
    TENANTRY_OIDC_ISSUER: webAddress.optional(),
    TENANTRY_OIDC_CLIENT_ID: z.string().optional(),
    TENANTRY_OIDC_CLIENT_SECRET: z.string().optional(),
  })
  .check((context) => {
    const { TENANTRY_OIDC_ISSUER: issuer, ...rest } = context.value;
    for (const name of ["TENANTRY_OIDC_CLIENT_ID", "TENANTRY_OIDC_CLIENT_SECRET"] as const) {
      if ((issuer === undefined) === (rest[name] === undefined)) continue;
      const path = [issuer === undefined ? "TENANTRY_OIDC_ISSUER" : name];
      context.issues.push({ code: "custom", input: undefined, path, message: "is not set" });
    }
  });

export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What the secret box takes. */
export interface SecretKeys {
  readonly current: SecretKey;
  readonly old: readonly SecretKey[];
}

export interface AccessConfig {
  readonly authSecret: string;
  /** The address under which people reach the console, without a path. */
  readonly origin: string;
  readonly secretKeys: SecretKeys;
  /** Proxies in front that each add to `X-Forwarded-For`. */
  readonly trustedProxies: number;
  readonly oidc: OidcConfig | null;
}

const VALID_KEYS = {
  TENANTRY_SECRET_KEY: "32 random bytes in base64, the same for web and worker: openssl rand -base64 32",
  TENANTRY_OLD_SECRET_KEYS: "former values of TENANTRY_SECRET_KEY, separated by commas",
};

const VALID = {
  AUTH_SECRET: "any random text of 32 characters or more, the same for all web processes",
  AUTH_URL: "the address that people type, like https://tenantry.example.com",
  ...VALID_KEYS,
  TENANTRY_TRUSTED_PROXIES: "how many proxies stand in front of the console, 0 to 8",
  TENANTRY_OIDC_ISSUER: "the provider's issuer, like https://login.example.com/realm",
  TENANTRY_OIDC_CLIENT_ID: "the client id that the provider gave",
  TENANTRY_OIDC_CLIENT_SECRET: "the client secret that the provider gave",
};

/**
 * The keys for secrets at rest alone, for commands that serve no page.
 *
 * @throws Refusal `configuration-invalid`
 */
export function readSecretKeys(env: NodeJS.ProcessEnv): SecretKeys {
  const keys = readVariables(Keys, VALID_KEYS, env);
  return { current: keys.TENANTRY_SECRET_KEY, old: keys.TENANTRY_OLD_SECRET_KEYS };
}

/**
 * Reads and checks all of it.
 *
 * @throws Refusal `configuration-invalid`, one finding a problem; no finding holds a value
 */
export function readAccessConfig(env: NodeJS.ProcessEnv = process.env): AccessConfig {
  const value = readVariables(Environment, VALID, env);
  return {
    authSecret: value.AUTH_SECRET,
    origin: value.AUTH_URL,
    secretKeys: { current: value.TENANTRY_SECRET_KEY, old: value.TENANTRY_OLD_SECRET_KEYS },
    trustedProxies: value.TENANTRY_TRUSTED_PROXIES,
    oidc:
      value.TENANTRY_OIDC_ISSUER === undefined
        ? null
        : {
            issuer: value.TENANTRY_OIDC_ISSUER,
            clientId: value.TENANTRY_OIDC_CLIENT_ID!,
            clientSecret: value.TENANTRY_OIDC_CLIENT_SECRET!,
          },
  };
}

import { expect, it } from "vitest";
import { Refusal } from "../findings/finding.ts";
import { readAccessConfig } from "./config.ts";
import { generateSecretKey } from "./secret-key.ts";

const GOOD = {
  NODE_ENV: "test" as const,
  AUTH_SECRET: "s".repeat(32),
  AUTH_URL: "https://console.example.org/path",
  TENANTRY_SECRET_KEY: generateSecretKey(),
};

function refused(env: NodeJS.ProcessEnv): string[] {
  try {
    readAccessConfig(env);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const text = JSON.stringify(error.findings);
    for (const value of Object.values(env)) if (value && value.length > 6) expect(text).not.toContain(value);
    for (const finding of error.findings) expect(finding.what).toContain(finding.where);
    return error.findings.map(({ where }) => where);
  }
  return [];
}

it("reads what is there, and takes an empty variable for one that is not", () => {
  const old = [generateSecretKey(), generateSecretKey()];
  const config = readAccessConfig({
    ...GOOD,
    TENANTRY_OLD_SECRET_KEYS: `${old.join(", ")},`,
    TENANTRY_OIDC_ISSUER: "",
  });
  expect(config).toMatchObject({ origin: "https://console.example.org", trustedProxies: 0, oidc: null });
  expect(config.secretKeys.old.map(({ bytes }) => bytes.toString("base64"))).toEqual(old);
});

it("names every variable that is missing or wrong, and never what it holds", () => {
  expect(refused({ NODE_ENV: "test" })).toEqual(["AUTH_SECRET", "AUTH_URL", "TENANTRY_SECRET_KEY"]);
  expect(refused({ ...GOOD, AUTH_SECRET: "too-short-a-secret" })).toEqual(["AUTH_SECRET"]);
  expect(refused({ ...GOOD, AUTH_URL: "console.example.org" })).toEqual(["AUTH_URL"]);
  expect(refused({ ...GOOD, AUTH_URL: "ftp://console.example.org" })).toEqual(["AUTH_URL"]);
  expect(refused({ ...GOOD, TENANTRY_SECRET_KEY: "not-a-key-at-all" })).toEqual(["TENANTRY_SECRET_KEY"]);
  expect(refused({ ...GOOD, TENANTRY_OLD_SECRET_KEYS: `${generateSecretKey()},broken-key` })).toEqual([
    "TENANTRY_OLD_SECRET_KEYS",
  ]);
  for (const proxies of ["many", "-1", "1.5", "9"]) {
    expect(refused({ ...GOOD, TENANTRY_TRUSTED_PROXIES: proxies })).toEqual(["TENANTRY_TRUSTED_PROXIES"]);
  }
});

it("wants the OIDC provider whole or not at all", () => {
  const TENANTRY_OIDC_ISSUER = "https://login.example.com";
  expect(refused({ ...GOOD, TENANTRY_OIDC_ISSUER })).toEqual([
    "TENANTRY_OIDC_CLIENT_ID",
    "TENANTRY_OIDC_CLIENT_SECRET",
  ]);
  expect(refused({ ...GOOD, TENANTRY_OIDC_CLIENT_ID: "console" })).toEqual(["TENANTRY_OIDC_ISSUER"]);
  const whole = {
    TENANTRY_OIDC_ISSUER,
    TENANTRY_OIDC_CLIENT_ID: "console",
    TENANTRY_OIDC_CLIENT_SECRET: "s",
  };
  expect(readAccessConfig({ ...GOOD, ...whole }).oidc).toMatchObject({ issuer: TENANTRY_OIDC_ISSUER });
});

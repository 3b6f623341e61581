/** What web and worker of a start are told: its own secrets, made once, and where everything is. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { urlOfDatabase } from "./demo.ts";
import type { Home } from "./home.ts";

/** Name of the records' database on the start's server. */
const RECORDS = "tenantry";

const SECRETS = ["TENANTRY_SECRET_KEY", "AUTH_SECRET", "NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"] as const;

/**
 * The environment of the console's processes. The secrets lie in a file that only its owner can read: whoever
 * loses it can read no connection string and no signing key any more (docs/operating.md, Keys).
 */
export function consoleEnvironment(home: Home, serverUrl: string, port: number): NodeJS.ProcessEnv {
  const env = {
    ...secrets(join(home.folder, "secrets.env")),
    NODE_ENV: "production" as const,
    TENANTRY_RECORDS_URL: urlOfDatabase(serverUrl, RECORDS),
    TENANTRY_BUNDLE_FOLDER: join(home.folder, "bundles"),
    AUTH_URL: `http://localhost:${port}`,
    AUTH_TRUST_HOST: "true",
  };
  const lines = Object.entries(env).map(([name, value]) => `export ${name}='${value}'\n`);
  // For `source`, before a command such as `npm run recover-admin`.
  writeFileSync(join(home.folder, "console.env"), lines.join(""), { mode: 0o600 });
  return env;
}

function secrets(file: string): Record<string, string> {
  if (!existsSync(file)) {
    const lines = SECRETS.map((name) => `${name}=${randomBytes(32).toString("base64")}\n`);
    writeFileSync(file, lines.join(""), { mode: 0o600 });
  }
  const read = parseEnv(readFileSync(file, "utf8"));
  return Object.fromEntries(SECRETS.map((name) => [name, read[name] ?? ""]));
}

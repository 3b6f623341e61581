/** What a start tells at its end: what is running, and what to type next. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEMO, urlOfDatabase } from "./demo.ts";
import type { Home } from "./home.ts";

/**
 * Writes the demo's addresses into a file that only its owner can read, for `source`: no password is ever shown
 * on a terminal, in a process list or in a shell's history.
 */
export function writeEnvironment(home: Home, serverUrl: string): void {
  const [eu, us] = DEMO.map((database) => urlOfDatabase(serverUrl, database.name));
  const lines = [
    `export HARBOR_EU_1_URL='${eu}'`,
    `export HARBOR_US_1_URL='${us}'`,
    'export TENANTRY_DATABASE_URL="$HARBOR_EU_1_URL"',
    "",
  ];
  writeFileSync(join(home.folder, "demo.env"), lines.join("\n"), { mode: 0o600 });
}

export function nextSteps(home: Home, server: string): string {
  const platform = "--platform examples/harbor/platform.yaml";
  return `
Running: ${server}, with the demo platform Harbor in harbor_eu_1 and harbor_us_1.

Type next, in another terminal:
  source ${home.shown}/demo.env
  bin/tenantry check ${platform}
  bin/tenantry export ${platform} --tenant fennmark --out fennmark.tenantry
  bin/tenantry verify fennmark.tenantry
  TENANTRY_DATABASE_URL=$HARBOR_US_1_URL bin/tenantry import fennmark.tenantry ${platform} --dry-run --unreviewed
`;
}

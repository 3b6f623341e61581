/** What a start tells at its end: what is running, and what to type next. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TENANTS } from "../../examples/harbor/set-up.ts";
import type { GeneratedSignIn } from "../../lib/operations/seed.ts";
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

/** Which tenant the commands speak of: not the biggest, not the smallest, in the region of the first database. */
const TENANT = TENANTS.filter(({ region }) => region === "eu-1")
  .sort((a, b) => a.weight - b.weight)
  .at(-2)?.slug;

/** `server` says what runs, for example `PostgreSQL 18.4 on 127.0.0.1:54329`; null where the console does not. */
export function nextSteps(home: Home, server: string, console: Reachable | null): string {
  return console === null ? commands(home, server) : `${commands(home, server)}\n${signIn(home, console)}`;
}

/** Where people find the console, and how they get in. */
interface Reachable {
  readonly address: string;
  readonly signIns: readonly GeneratedSignIn[];
}

/** Generated passwords are shown once; they are changed at the first sign-in. */
function signIn(home: Home, { address, signIns }: Reachable): string {
  const lines = signIns.map(
    ({ role, email, password }) => `  ${role.padEnd(10)}${email.padEnd(26)}${password}`,
  );
  return [
    `The console: ${address}`,
    ...(lines.length === 0
      ? []
      : [`Sign in as (shown this once; also in ${home.shown}/sign-ins.txt, for your eyes only):`, ...lines]),
    "",
  ].join("\n");
}

function commands(home: Home, server: string): string {
  const platform = "--platform examples/harbor/platform.yaml";
  const bundle = `${home.shown}/${TENANT}.tar.gz`;
  const journal = `--journal ${home.shown}/${TENANT}.import.json`;
  return `
Running: ${server}, with the demo platform Harbor in the databases harbor_eu_1 and harbor_us_1.

Type next, in another terminal, to take a tenant out of the one database:
  source ${home.shown}/demo.env
  bin/tenantry check ${platform}
  bin/tenantry export ${platform} --tenant ${TENANT} --out ${bundle}
  bin/tenantry verify ${bundle}
and to put it into the other:
  export TENANTRY_DATABASE_URL="$HARBOR_US_1_URL"
  bin/tenantry import ${bundle} ${platform} --unreviewed --dry-run
  bin/tenantry import ${bundle} ${platform} --unreviewed ${journal}
  bin/tenantry compare ${bundle} '#${TENANT}' ${platform} ${journal}
`;
}

/** The peers' programs, which are the system's own. */
import { spawn, spawnSync } from "node:child_process";

const WANTED = [
  { program: "psql", package: "postgresql-client" },
  { program: "zstd", package: "zstd" },
  { program: "sha256sum", package: "coreutils" },
  { program: "bash", package: "bash" },
];

/** What is missing, as one sentence with what to do; null where nothing is. */
export function missingTools(): string | null {
  const missing = WANTED.filter(({ program }) => spawnSync(program, ["--version"]).status !== 0);
  if (missing.length === 0) return null;
  const programs = missing.map(({ program }) => program).join(" and ");
  return `The benchmark needs ${programs} to compare with: apt-get install ${missing.map((each) => each.package).join(" ")}.`;
}

/** Each program's own words on its version. */
export function toolVersions(): string[] {
  return ["psql", "zstd"].map((program) =>
    spawnSync(program, ["--version"], { encoding: "utf8" }).stdout.replaceAll("*", "").trim(),
  );
}

/** libpq's variables for a database's URL: a password in the arguments would be everybody's to see. */
function connectionVariables(url: string): Record<string, string> {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    // The same client settings as ours, whatever the machine's are.
    PGCLIENTENCODING: "UTF8",
    PSQLRC: "/dev/null",
  };
}

/** Runs a bash script with libpq pointed at the database, every part of a pipe required to succeed. */
export function runShell(script: string, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, ...connectionVariables(url) },
    });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`a peer ended with ${code}`))));
  });
}

/** A path as one word of a shell script. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

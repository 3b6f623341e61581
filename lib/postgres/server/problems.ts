/** What can stop the embedded server, each as one finding: code, one sentence, what to do. */
import { Refusal } from "../../findings/finding.ts";

export function portInUse(port: number): Refusal {
  return refuse(
    "port-in-use",
    `127.0.0.1:${port}`,
    `Port ${port} is used by another program.`,
    `Stop that program, or take another port: \`npm start -- --pg-port ${port + 1}\` (or TENANTRY_PG_PORT).`,
  );
}

export function otherVersion(folder: string, found: string, wanted: string): Refusal {
  return refuse(
    "data-folder-other-version",
    folder,
    `The data folder was made by PostgreSQL ${found}, and this is PostgreSQL ${wanted}.`,
    `Move ${folder} away (the demo is filled again), or upgrade it with pg_upgrade.`,
  );
}

export function noDiskSpace(folder: string): Refusal {
  return refuse(
    "no-disk-space",
    folder,
    "There is not enough disk space for the database.",
    `Make room on the disk that holds ${folder} (500 MB will do), then start again.`,
  );
}

export function notTraversable(closed: string, path: string, user: string): Refusal {
  return refuse(
    "path-not-traversable",
    path,
    `The user "${user}", under whom PostgreSQL runs, may not pass through ${closed}.`,
    `Let others pass (\`chmod o+x ${closed}\`), or point TENANTRY_VAR at a folder that everybody can reach.`,
  );
}

export function staleLock(folder: string, pid: string): Refusal {
  return refuse(
    "stale-lock",
    `${folder}/postmaster.pid`,
    `The data folder is locked by process ${pid}.`,
    `If that process is a PostgreSQL server, stop it with \`kill -INT ${pid}\`; if not, delete ${folder}/postmaster.pid.`,
  );
}

export function userWithoutName(uid: string): Refusal {
  return refuse(
    "user-without-name",
    "/etc/passwd",
    `PostgreSQL wants its user to have a name, and user ${uid} has none on this machine.`,
    "Add that user to /etc/passwd, or run as another one.",
  );
}

/** For everything that has no sentence of its own: the server's last words, which hold no row. */
export function serverDidNotStart(folder: string, lastWords: string): Refusal {
  return refuse(
    "server-did-not-start",
    folder,
    `PostgreSQL did not start: ${lastWords === "" ? "it said nothing" : lastWords}.`,
    "Look into the server's log (postgres.log), or set DATABASE_URL to a server of your own.",
  );
}

function refuse(code: string, where: string, what: string, todo: string): Refusal {
  return new Refusal({ code, severity: "blocks", where, what, todo });
}

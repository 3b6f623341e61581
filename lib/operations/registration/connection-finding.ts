/** Why an address that somebody typed does not lead to a database, in a sentence for each thing that can be wrong. */
import { type Finding, Refusal } from "../../findings/finding.ts";
import { describeDatabaseError } from "../../postgres/database-error.ts";
import { quoteIdentifier } from "../../postgres/identifiers.ts";
import { speaksPostgres } from "../../postgres/speaks-postgres.ts";

/** The credentials that are tried: plans read with the one, runs write with the other. */
export type Login = "planner" | "runner";

/** The oldest release that is looked after: `server_version_num` of PostgreSQL 14. */
const OLDEST = 140_000;

/** Null where the server is recent enough. Pure. */
export function tooOld(versionNumber: number, endpoint: string): Finding | null {
  if (versionNumber >= OLDEST) return null;
  const release = Math.floor(versionNumber / 10_000);
  return {
    code: "server-too-old",
    severity: "blocks",
    where: endpoint,
    what: `The server is PostgreSQL ${release}; PostgreSQL 14 is the oldest that can be looked after.`,
    todo: "Upgrade the server first.",
  };
}

/** What `connect` refused with, said of this login; what is no refusal of a connection stays as it is. */
export async function connectionRefusal(
  error: unknown,
  url: string,
  endpoint: string,
  login: Login,
): Promise<unknown> {
  if (!(error instanceof Refusal) || error.findings[0]?.code !== "database-unreachable") return error;
  const { hostname, port, pathname, username } = new URL(url);
  const said = describeDatabaseError(error.cause);
  const code = said.sqlstate ?? systemCode(error.cause);
  const known = KNOWN[code ?? ""]?.({
    host: hostname,
    port: port || "5432",
    database: decodeURIComponent(pathname.slice(1)),
    user: decodeURIComponent(username),
  });
  const finding = (fault: Fault): Refusal =>
    new Refusal(
      {
        code: fault.code,
        severity: "blocks",
        where: endpoint,
        what: `The ${login}'s connection: ${fault.what}`,
        todo: fault.todo,
      },
      { cause: error },
    );
  if (known !== undefined) return finding(known);
  // A stranger that is no PostgreSQL cuts the line, or says what nobody understands.
  if (said.sqlstate === null && !(await speaksPostgres(hostname, Number(port || 5432))))
    return finding({
      code: "not-postgres",
      what: `what answers at ${hostname}:${port || "5432"} is not a PostgreSQL server, or answers nobody.`,
      todo: "Give the port of PostgreSQL itself (5432 unless somebody chose another).",
    });
  return finding({ code: "database-unreachable", what: lowerFirst(said.sentence), todo: LOOK });
}

interface Fault {
  readonly code: string;
  readonly what: string;
  readonly todo: string;
}

interface Place {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
}

const LOOK = "Check that the server runs and that host, port, user and password are right.";
const RESOLVE = "Check how it is spelt, and that the machine of the console can look it up.";
const REACH =
  "Check host and port, and that no firewall stands between the console's machine and the server.";

const noHost = ({ host }: Place): Fault => ({
  code: "database-unreachable",
  what: `there is no host called ${host}.`,
  todo: RESOLVE,
});
const noWay = ({ host, port }: Place): Fault => ({
  code: "database-unreachable",
  what: `nothing answers at ${host}:${port}.`,
  todo: REACH,
});
const notLetIn = ({ user }: Place): Fault => ({
  code: "login-refused",
  what: `the server does not let ${user === "" ? "this user" : `the user ${user}`} in from here.`,
  todo: "Check the user's name, its LOGIN right, and pg_hba.conf; where it asks for TLS add ?sslmode=require.",
});

/** By SQLSTATE (Appendix A) or the system's own code. */
const KNOWN: Readonly<Record<string, (place: Place) => Fault>> = {
  ENOTFOUND: noHost,
  EAI_AGAIN: noHost,
  ECONNREFUSED: ({ host, port }) => ({
    code: "database-unreachable",
    what: `nothing accepts connections at ${host}:${port}.`,
    todo: "Check the port, that the server runs, and its listen_addresses.",
  }),
  ETIMEDOUT: noWay,
  EHOSTUNREACH: noWay,
  ENETUNREACH: noWay,
  "28000": notLetIn,
  "28P01": ({ user }) => ({
    code: "login-refused",
    what: `the server does not accept this password${user === "" ? "" : ` of the user ${user}`}, or there is no such user.`,
    todo: "Type user and password again; characters such as @ : / in them are written %40 %3A %2F.",
  }),
  "3D000": ({ database }) => ({
    code: "database-unknown",
    what: `the server has no database called ${database}.`,
    todo: "Check the name at the address's end.",
  }),
  "42501": ({ database, user }) => ({
    code: "no-connect",
    what: `the user ${user} may not connect to the database ${database}.`,
    todo: `GRANT CONNECT ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(user)};`,
  }),
  "53300": () => ({
    code: "database-unreachable",
    what: "the server has no connection left to give.",
    todo: "Raise max_connections or the role's connection limit, or try again later.",
  }),
};

/** The code of a network error, looked for through causes and the addresses that were tried. */
function systemCode(error: unknown): string | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown };
    if (typeof code === "string" && KNOWN[code] !== undefined) return code;
    if (each instanceof AggregateError && each.errors.length > 0) return systemCode(each.errors[0]);
    if (/timeout expired/.test(each.message)) return "ETIMEDOUT";
  }
  return null;
}

function lowerFirst(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

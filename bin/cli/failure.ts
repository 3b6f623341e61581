/** From whatever a command threw to findings and an exit code. */
import { type Finding, Refusal } from "../../lib/findings/finding.ts";
import { describeDatabaseError } from "../../lib/postgres/connection.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { withoutAddresses } from "./scrub.ts";

export interface Failure {
  readonly exitCode: ExitCode;
  readonly findings: readonly Finding[];
}

/** Findings about the call itself: its options, the files that it names, the way to the database. */
const WRONG_CALL = new Set([
  "usage",
  "address-invalid",
  "database-unreachable",
  "platform-file-unreadable",
  "platform-file-syntax",
  "platform-file-invalid",
  "key-unreadable",
  "seed-unreadable",
  "journal-unreadable",
  "journal-not-writable",
  "journal-of-another",
  "ids-differ",
]);

function isWrongCall({ severity, code }: Finding): boolean {
  return severity === "blocks" && (WRONG_CALL.has(code) || code.startsWith("store-"));
}

/** A wrong use of the command line. `where` is the option or argument. */
export function usage(where: string, what: string, todo?: string): Refusal {
  return new Refusal({
    code: "usage",
    severity: "blocks",
    where,
    what,
    ...(todo === undefined ? {} : { todo }),
  });
}

/**
 * @param interrupted whether the run was asked to stop: whatever breaks then has stopped
 * @param left what an interrupted run leaves behind, in a sentence: "Nothing was imported."
 */
export function describeFailure(error: unknown, interrupted: boolean, left: string): Failure {
  const findings = error instanceof Refusal ? error.findings : [];
  if (findings.some(({ code }) => code === "outcome-unknown"))
    return { exitCode: EXIT.interrupted, findings };
  if (interrupted) return stopped("interrupted", `The command was interrupted. ${left}`, "Run it again.");
  if (findings.some(isWrongCall)) return { exitCode: EXIT.usage, findings };
  // What a lost connection broke has a finding of its own about the table at hand; the connection is the news.
  const database = ofDatabase(error, left);
  if (findings.length > 0 && database?.exitCode !== EXIT.interrupted)
    return { exitCode: EXIT.findings, findings };
  return database ?? unexpected(error, left);
}

/** Connection exceptions, and the server's shutting down (PostgreSQL documentation, Appendix A). */
const LOST = /^(08|57P0)/;

function ofDatabase(error: unknown, left: string): Failure | null {
  const { sqlstate, sentence } = describeDatabaseError(error);
  if (sqlstate === null && sentence.startsWith("Something other")) return null;
  if (sqlstate === null || LOST.test(sqlstate))
    return stopped("connection-lost", `${sentence} ${left}`, "Check the server, then run the command again.");
  const finding: Finding = {
    code: "database-refused",
    severity: "blocks",
    where: "the database",
    what: `${sentence} ${left}`,
  };
  return { exitCode: EXIT.findings, findings: [finding] };
}

function stopped(code: string, what: string, todo: string): Failure {
  return {
    exitCode: EXIT.interrupted,
    findings: [{ code, severity: "blocks", where: "the command", what, todo }],
  };
}

/** A bug of ours: its place in the code, and its text unless that could quote what was read. */
function unexpected(error: unknown, left: string): Failure {
  const { name, message, stack } =
    error instanceof Error ? error : { name: typeof error, message: "", stack: undefined };
  const quotes = error instanceof SyntaxError || name === "ZodError" || "severity" in Object(error);
  const text = quotes ? name : `${name}: ${message.split("\n", 1)[0]}`;
  const frames = (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const what = `Tenantry has failed in a way that it does not know (${text}). ${left}`;
  return stopped(
    "unexpected-failure",
    withoutAddresses([what, ...frames.slice(0, 6)].join("\n")),
    "Run it again; if it fails again, report it with these lines.",
  );
}

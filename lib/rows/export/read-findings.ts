/** What a database says when it stops an export, as a finding. */
import { type Finding, Refusal } from "../../findings/finding.ts";
import { describeDatabaseError, NOT_THE_DATABASE } from "../../postgres/database-error.ts";
import { rowTooLong } from "./oversized-rows.ts";

/**
 * A Refusal for what the server reports (PostgreSQL documentation, Appendix A); an abort's own reason where the
 * signal ended it; anything else as it is.
 */
export function readFinding(error: unknown, where: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof Refusal) return error;
  const { sqlstate, sentence } = describeDatabaseError(error);
  if (sentence === NOT_THE_DATABASE) return error;
  // program_limit_exceeded: a StringInfo would have grown beyond 1 GB.
  if (sqlstate === "54000") return new Refusal(rowTooLong(where, undefined), { cause: error });
  if (sqlstate === "55P03") return new Refusal(locked(where), { cause: error });
  return new Refusal(
    {
      code: "read-failed",
      severity: "blocks",
      where,
      what: `The database stopped the export: ${sentence}`,
      todo: "Nothing was written. Start the export again when the cause is mended.",
    },
    { cause: error },
  );
}

function locked(where: string): Finding {
  return {
    code: "lock-not-granted",
    severity: "blocks",
    where,
    what: "Another session holds a lock that keeps the export from reading.",
    todo: "Nothing was written. Try again when it is gone: a migration or a VACUUM FULL may be running.",
  };
}

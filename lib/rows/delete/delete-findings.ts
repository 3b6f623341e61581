/** What a database says when it stops a delete, as a finding. */
import { type Finding, Refusal } from "../../findings/finding.ts";
import { describeDatabaseError, NOT_THE_DATABASE } from "../../postgres/database-error.ts";

/** What passes by itself is for the caller to try again: locks, deadlocks, a lost connection, a server that restarts. */
const PASSES = /^(40|08|55P03|57P0|53)/;

/**
 * A Refusal for what the server reports; an abort's own reason where the signal ended it; anything else as it is.
 */
export function deleteFinding(error: unknown, where: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof Refusal) return error;
  const { sqlstate, sentence } = describeDatabaseError(error);
  if (sentence === NOT_THE_DATABASE || sqlstate === null || PASSES.test(sqlstate)) return error;
  const { schema, table } = error as { readonly schema?: string; readonly table?: string };
  const place = schema === undefined || table === undefined ? where : `${schema}.${table}`;
  return new Refusal(sqlstate === "23503" ? pointedAt(place, sentence) : refused(place, sentence), {
    cause: error,
  });
}

/** foreign_key_violation: somebody has set a pointer, or written past the fence, since the plan. */
function pointedAt(where: string, sentence: string): Finding {
  return {
    code: "pointer-since-plan",
    severity: "blocks",
    where,
    what: `A row points at one that is to go, and was not there when the delete was planned: ${sentence}`,
    todo: "Nothing of this batch was kept. Plan again: the plan shows who points in, and takes an answer.",
  };
}

function refused(where: string, sentence: string): Finding {
  return {
    code: "delete-refused",
    severity: "blocks",
    where,
    what: sentence,
    todo: "Nothing of this batch was kept. A trigger of the platform forbids it, or a right is missing; go on when the cause is mended.",
  };
}

/**
 * Errors that pass: a second try of the whole step, from its checkpoint, may succeed. PostgreSQL documentation,
 * Appendix A.
 */
import { describeDatabaseError, NOT_THE_DATABASE } from "../postgres/connection.ts";

/** Tries of a step in one go, the first among them. */
export const TRIES = 4;

/** 40 rollbacks, 53300 no connection left, 55P03 locked, 57P0x shutting down or starting, 08 the connection. */
const PASSING = /^(40|08|53300|55P03|57P0[1-5])/;

/** Whether it comes from a server or a network that may be well again in a moment. */
export function isPassing(error: unknown): boolean {
  const { sqlstate, sentence } = describeDatabaseError(error);
  return sqlstate === null ? sentence !== NOT_THE_DATABASE : PASSING.test(sqlstate);
}

/**
 * Whether an effect that ended with this error may have happened all the same: its server did not say no. An error
 * that a living server reports (a constraint, a lock, a cancelled statement) means that the statement did nothing.
 */
export function leavesDoubt(error: unknown): boolean {
  const { sqlstate } = describeDatabaseError(error);
  return sqlstate === null || /^(08|57P0|XX)/.test(sqlstate);
}

/** Before try number `attempt` (from 2), in milliseconds: doubles, and no two runs wait equally long. */
export function backoff(attempt: number, first: number): number {
  return first * 1000 * 2 ** (attempt - 2) * (0.5 + Math.random());
}

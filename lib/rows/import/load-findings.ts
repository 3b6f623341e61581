/** What a database says when it refuses a row of a COPY, as a finding that names the constraint and no value. */
import { Refusal } from "../../findings/finding.ts";
import { describeDatabaseError, NOT_THE_DATABASE } from "../../postgres/database-error.ts";

/** The fields of the server's error that name things. PostgreSQL documentation, 55.8 Error and Notice Fields. */
interface ServerError {
  readonly constraint?: string;
  readonly column?: string;
}

/** A Refusal for whatever the database reports; an abort's own reason where the signal ended it. */
export function loadFinding(error: unknown, table: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof Refusal) return error;
  const { sqlstate, sentence } = describeDatabaseError(error);
  if (sentence === NOT_THE_DATABASE) return error;
  const { constraint, column } = error as ServerError;
  const where = [table, constraint ?? column].filter((part) => part !== undefined).join(" ");
  const known = sqlstate === null ? undefined : KNOWN[sqlstate];
  return new Refusal(
    {
      code: known?.code ?? "load-failed",
      severity: "blocks",
      where,
      what: known?.what ?? sentence,
      todo: known?.todo ?? "Nothing was changed. Start the import again when the cause is mended.",
    },
    { cause: error },
  );
}

const KNOWN: Readonly<Record<string, { code: string; what: string; todo: string }>> = {
  "23505": {
    code: "unique-taken",
    what: "A row of the bundle has a value of this unique key that a row of the database has already.",
    todo: "Nothing was changed. Import with fresh ids, or rename what collides on one side.",
  },
  "23503": {
    code: "reference-dangles",
    what: "A row of the bundle points by this foreign key at a row that does not exist here.",
    todo: "Nothing was changed. If the table pointed at is shared by all tenants, add its rows or declare it under common.",
  },
  "23514": {
    code: "row-refused-by-check",
    what: "A row of the bundle breaks this check, or no partition takes it.",
    todo: "Nothing was changed. Create the missing partition, or see which rows were written before the check was.",
  },
  "23P01": {
    code: "exclusion-taken",
    what: "A row of the bundle overlaps a row of the database under this exclusion constraint.",
    todo: "Nothing was changed. Resolve the overlap on one side.",
  },
  "23502": {
    code: "value-missing",
    what: "A row would have NULL in this column, which takes none.",
    todo: "Nothing was changed. A dropped secret needs on_import: blank or regenerate in the platform file.",
  },
  "55P03": {
    code: "lock-not-granted",
    what: "Another session holds a lock on this table.",
    todo: "Nothing was changed. Try again when it is gone: a migration or a VACUUM FULL may be running.",
  },
  "42501": {
    code: "no-insert",
    what: "The role may not write to this table.",
    todo: "Nothing was changed. GRANT INSERT on it, and BYPASSRLS where row-level security applies.",
  },
};

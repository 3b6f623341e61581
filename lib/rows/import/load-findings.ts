/** What a database says when it refuses a row of a COPY, as a finding that names the constraint and no value. */
import { Refusal } from "../../findings/finding.ts";
import { describeDatabaseError } from "../../postgres/connection.ts";

/** The fields of the server's error that name things. PostgreSQL documentation, 55.8 Error and Notice Fields. */
interface ServerError {
  readonly code?: string;
  readonly constraint?: string;
  readonly column?: string;
  readonly table?: string;
}

/** A Refusal for errors that data or schema cause (class 22, 23, 42501, P0001); anything else as it is. */
export function loadFinding(error: unknown, table: string): unknown {
  const { code, constraint, column } = error as ServerError;
  if (error instanceof Refusal || code === undefined || !/^[0-9A-Z]{5}$/.test(code)) return error;
  const known = KNOWN[code];
  if (known === undefined && !/^(22|23|P0)/.test(code)) return error;
  const where = [table, constraint ?? column].filter((part) => part !== undefined).join(" ");
  return new Refusal(
    {
      code: known?.code ?? "row-refused",
      severity: "blocks",
      where,
      what: known?.what ?? describeDatabaseError(error).sentence,
      todo: known?.todo ?? "Nothing was changed. Compare the table's constraints with those of the source.",
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

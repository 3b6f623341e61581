/** A bundle's schema held against that of each database of its platform, as far as the last look knows. Pure. */
import { type DatabaseHealth, databaseHealth } from "../operations/health/database-health.ts";

/**
 * `equal`: the same migrations in the same order, so that it is imported as it is. `differs`: others, or another
 * order. `unknown`: nobody has looked at the database yet, or one of both has no ledger.
 */
export type Fit = "equal" | "differs" | "unknown";

export interface DatabaseFit {
  readonly id: string;
  readonly name: string;
  readonly fit: Fit;
  /** Of the database; null where nobody knows. */
  readonly version: string | null;
  readonly lookedAt: Date | null;
}

export interface LookedAt {
  readonly id: string;
  readonly name: string;
  readonly health: unknown;
  readonly healthAt: Date | null;
}

/** One for each database, in their order. */
export function schemaFits(fingerprint: string | null, databases: readonly LookedAt[]): DatabaseFit[] {
  return databases.map(({ id, name, health, healthAt }) => {
    const ledger = ledgerOf(health);
    return {
      id,
      name,
      fit: fitOf(fingerprint, ledger),
      version: ledger?.version ?? null,
      lookedAt: healthAt,
    };
  });
}

function fitOf(fingerprint: string | null, ledger: DatabaseHealth["ledger"]): Fit {
  if (fingerprint === null || ledger === null) return "unknown";
  return ledger.fingerprint === fingerprint ? "equal" : "differs";
}

/** Null where nobody has looked, where there is no ledger, or where an older version has written something else. */
function ledgerOf(health: unknown): DatabaseHealth["ledger"] {
  const parsed = databaseHealth.shape.ledger.safeParse((health as { ledger?: unknown } | null)?.ledger);
  return parsed.success ? parsed.data : null;
}

/** A bundle's schema held against that of each database of its platform, as far as the last look knows. Pure. */
import { areAllEarlier, migrationsSince } from "../ledger/fingerprint.ts";
import { type DatabaseHealth, databaseHealth } from "../operations/health/database-health.ts";

/**
 * `equal`: the same migrations in the same order, so that it is imported as it is. `older`: the database had the
 * bundle's migrations and has run more since. `newer`: the bundle had the database's, and more. `differs`: each has
 * some that the other has not, or in another order. `unknown`: nobody has looked at the database yet, or one of both
 * has no ledger, or what is kept does not reach back far enough to say.
 */
export type Fit = "equal" | "older" | "newer" | "differs" | "unknown";

export interface DatabaseFit {
  readonly id: string;
  readonly name: string;
  readonly fit: Fit;
  /** Migrations between both; null where it is neither older nor newer. */
  readonly apart: number | null;
  /** Of the database; null where nobody knows. */
  readonly version: string | null;
  readonly lookedAt: Date | null;
}

/** Of a bundle: its fingerprint, and what its ledger was before, as `earlierFingerprints` gives it. */
export interface BundleSchema {
  readonly fingerprint: string | null;
  readonly earlier: readonly string[];
}

export interface LookedAt {
  readonly id: string;
  readonly name: string;
  readonly health: unknown;
  readonly healthAt: Date | null;
}

/** One for each database, in their order. */
export function schemaFits(bundle: BundleSchema, databases: readonly LookedAt[]): DatabaseFit[] {
  return databases.map(({ id, name, health, healthAt }) => {
    const ledger = ledgerOf(health);
    const lookedAt = reachedAt(health) ?? healthAt;
    return { id, name, ...fitOf(bundle, ledger), version: ledger?.version ?? null, lookedAt };
  });
}

function fitOf(
  { fingerprint, earlier }: BundleSchema,
  ledger: DatabaseHealth["ledger"],
): Pick<DatabaseFit, "fit" | "apart"> {
  if (fingerprint === null || ledger === null) return { fit: "unknown", apart: null };
  if (ledger.fingerprint === fingerprint) return { fit: "equal", apart: null };
  const ahead = migrationsSince(fingerprint, ledger.earlier);
  if (ahead !== null) return { fit: "older", apart: ahead };
  const behind = migrationsSince(ledger.fingerprint, earlier);
  if (behind !== null) return { fit: "newer", apart: behind };
  // A look of an earlier version kept nothing of them; the next one does.
  const known = ledger.earlier.length === ledger.applied && areAllEarlier(earlier);
  return { fit: known ? "differs" : "unknown", apart: null };
}

/** Of a database that is not reached any more the last word is older than the last look. */
function reachedAt(health: unknown): Date | null {
  const parsed = databaseHealth.shape.reachedAt.safeParse(
    (health as { reachedAt?: unknown } | null)?.reachedAt,
  );
  return parsed.data == null ? null : new Date(parsed.data);
}

/** Null where nobody has looked, where there is no ledger, or where an older version has written something else. */
function ledgerOf(health: unknown): DatabaseHealth["ledger"] {
  const parsed = databaseHealth.shape.ledger.safeParse((health as { ledger?: unknown } | null)?.ledger);
  return parsed.success ? parsed.data : null;
}

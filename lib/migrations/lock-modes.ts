/** PostgreSQL's locks on tables, from the weakest to the strongest, and whom each keeps out. Pure. */

/** In the order of the documentation's table 13.2 (Conflicting Lock Modes). */
export const LOCK_MODES = [
  "ACCESS SHARE",
  "ROW SHARE",
  "ROW EXCLUSIVE",
  "SHARE UPDATE EXCLUSIVE",
  "SHARE",
  "SHARE ROW EXCLUSIVE",
  "EXCLUSIVE",
  "ACCESS EXCLUSIVE",
] as const;

export type LockMode = (typeof LOCK_MODES)[number];

/** As pg_locks writes it: `AccessExclusiveLock`; null for what is no lock on a table (`SIReadLock`). */
export function lockModeOf(written: string): LockMode | null {
  const words = written
    .replace(/Lock$/, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toUpperCase();
  return LOCK_MODES.find((mode) => mode === words) ?? null;
}

export function strengthOf(mode: LockMode): number {
  return LOCK_MODES.indexOf(mode);
}

export function strongest(modes: Iterable<LockMode>): LockMode | null {
  let found: LockMode | null = null;
  for (const mode of modes) if (found === null || strengthOf(mode) > strengthOf(found)) found = mode;
  return found;
}

/** Whom it makes wait: INSERT, UPDATE and DELETE take ROW EXCLUSIVE, SELECT takes ACCESS SHARE. */
export function keepsOut(mode: LockMode): "readers and writers" | "writers" | null {
  if (mode === "ACCESS EXCLUSIVE") return "readers and writers";
  return strengthOf(mode) >= strengthOf("SHARE") ? "writers" : null;
}

/** The two changes of the platform's own state column, each the undo of the other. Pure. */

export type StateChangeKind = "suspend" | "resume";

export interface StateColumn {
  readonly column: string;
  readonly active: string;
  readonly suspended: string;
}

export interface FormerSuspend {
  /** The platform's word that the suspend moved the tenant away from. */
  readonly from: string;
  readonly by: string;
}

/**
 * Where the tenant goes. Resuming leads back to the state that the last suspend left, be it neither of the two that
 * the platform file names (`trial`); to `active` where nobody knows.
 */
export function targetState(
  kind: StateChangeKind,
  declared: StateColumn,
  former: FormerSuspend | null,
): string {
  switch (kind) {
    case "suspend":
      return declared.suspended;
    case "resume":
      return former === null || former.from === declared.suspended ? declared.active : former.from;
  }
}

/** Why the change makes no sense from this state; null where it does. */
export function standsAgainst(
  kind: StateChangeKind,
  declared: StateColumn,
  from: string | null,
): string | null {
  switch (kind) {
    case "suspend":
      return from === declared.suspended ? "The tenant is suspended already." : null;
    case "resume":
      return from === declared.suspended
        ? null
        : `The tenant is not suspended: its state is "${from ?? "empty"}".`;
  }
}

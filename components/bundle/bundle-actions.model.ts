/** Whether a bundle can be downloaded, imported and drilled by this person now, and if not, why. */
import type { Permission } from "../../lib/access/permissions.ts";
import { rolesWith } from "../../lib/access/permissions.ts";
import type { BundleState } from "../../lib/queries/bundle-list.ts";

export interface BundleActions {
  /** Null where it can be done; else why not. */
  readonly download: string | null;
  readonly import: string | null;
  readonly drill: string | null;
  readonly upgrade: string | null;
  readonly verify: string | null;
  readonly compare: string | null;
}

const NOT_READY: Readonly<Record<Exclude<BundleState, "ready">, string>> = {
  writing: "It is still being written.",
  quarantined: "It is not verified yet.",
  refused: "It was refused.",
  missing: "Its file is missing.",
  expired: "It has expired and was removed.",
};

export function bundleActions(state: BundleState, permissions: ReadonlySet<Permission>): BundleActions {
  const unavailable = (permission: Permission) =>
    state === "ready" ? lacking(permissions, permission) : NOT_READY[state];
  return {
    download: unavailable("download:bundle"),
    import: unavailable("request:import"),
    drill: unavailable("request:drill"),
    upgrade: unavailable("request:upgrade"),
    compare: unavailable("download:bundle"),
    verify:
      state === "writing" || state === "expired" ? NOT_READY[state] : lacking(permissions, "download:bundle"),
  };
}

/** Whoever may ask for an import may bring the bundle for it. */
export function uploadUnavailable(permissions: ReadonlySet<Permission>): string | null {
  return lacking(permissions, "request:import");
}

function lacking(permissions: ReadonlySet<Permission>, permission: Permission): string | null {
  return permissions.has(permission) ? null : `Needs the role ${rolesWith(permission).join(" or ")}.`;
}

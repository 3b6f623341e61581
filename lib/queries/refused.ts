/** Asking for a permission where something is read. A page turns the refusal into its own answer, a 403. */
import type { Actor } from "../access/actor.ts";
import type { Permission } from "../access/permissions.ts";

/** The person may not see this. Thrown, because a page has nothing else to do with it than to say so. */
export class Refused extends Error {
  readonly permission: Permission;

  constructor(permission: Permission) {
    super(`The permission ${permission} is needed.`);
    this.name = "Refused";
    this.permission = permission;
  }
}

/** @throws Refused */
export function authorise(actor: Actor, permission: Permission): void {
  if (!actor.permissions.has(permission)) throw new Refused(permission);
}

/**
 * What each role may do. Pages, actions and steps ask for a permission, never for a role: a role is only a name for
 * a set of them.
 */
import type { Role } from "../records/schema/role-grants.ts";

export const PERMISSIONS = [
  "see",
  "request:export",
  "download:bundle",
  "see:personal",
  "keep:bundle",
  "hold:bundle",
  "hold:tenant",
  "dismiss:tombstone",
  "request:create",
  "request:suspend",
  "request:resume",
  "request:drill",
  "request:import",
  "accept:signature",
  "request:upgrade",
  "request:move",
  "request:delete",
  "request:restore",
  "review",
  "control:run",
  "register:platform",
  "change:model",
  "manage:people",
  "manage:policy",
  "break-glass",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export type { Role };

const VIEWER = ["see"] as const;

const SUPPORT = [...VIEWER, "request:export", "download:bundle", "see:personal"] as const;

const OPERATOR = [
  ...SUPPORT,
  "keep:bundle",
  "request:create",
  "request:suspend",
  "request:resume",
  "request:drill",
  "request:import",
  "request:upgrade",
  "request:move",
  "request:delete",
  "request:restore",
  "control:run",
] as const;

const REVIEWER = [...SUPPORT, "review"] as const;

const BY_ROLE: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: VIEWER,
  support: SUPPORT,
  operator: OPERATOR,
  reviewer: REVIEWER,
  admin: PERMISSIONS,
};

/** In the order in which they are shown. A list of its own: this file also goes to the browser, the schema does not. */
export const ROLES = Object.keys(BY_ROLE) as readonly Role[];

/** What a person may do who has these roles; nothing at all without one. */
export function permissionsOf(roles: readonly Role[]): ReadonlySet<Permission> {
  return new Set(roles.flatMap((role) => BY_ROLE[role]));
}

/** The roles that hold a permission, for "ask somebody who is …". */
export function rolesWith(permission: Permission): readonly Role[] {
  return ROLES.filter((role) => BY_ROLE[role].includes(permission));
}

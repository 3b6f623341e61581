/** What each role is for, in a line. The permissions themselves stand in lib/access. */
import type { Permission, Role } from "../../lib/access/permissions.ts";

export const ROLE_MEANS: Readonly<Record<Role, string>> = {
  viewer: "Sees everything, changes nothing.",
  support: "A viewer who exports tenants and downloads bundles.",
  operator: "Asks for operations and controls their runs.",
  reviewer: "Approves or rejects what others ask for.",
  admin: "All of it, and manages people, platforms and policies.",
};

/** What may be done, in the words of the design's table; in its order. */
export const PERMISSION_MEANS: Readonly<Record<Permission, string>> = {
  see: "See platforms, tenants, operations and the audit trail",
  "request:export": "Ask for an export",
  "download:bundle": "Download a bundle",
  "see:personal": "See personal data in a bundle's rows, for a reason",
  "keep:bundle": "Say for how long a bundle is kept",
  "hold:bundle": "Hold a bundle, so that it is not removed when it expires",
  "hold:tenant": "Hold a tenant, so that no delete of it runs",
  "dismiss:tombstone": "Let a deleted tenant stay that is there again",
  "request:create": "Ask for a new tenant",
  "request:suspend": "Ask to suspend a tenant",
  "request:resume": "Ask to resume a tenant",
  "request:drill": "Ask for a drill",
  "request:import": "Ask for an import",
  "accept:signature": "Import a bundle that no trusted key has signed",
  "request:upgrade": "Ask for an upgrade",
  "request:move": "Ask to move a tenant",
  "request:delete": "Ask to delete a tenant",
  "request:restore": "Ask to bring a deleted tenant back",
  review: "Review what others ask for",
  "control:run": "Pause, resume and abort runs; pull the brake",
  "register:platform": "Register and change platforms",
  "change:model": "Change a tenancy model",
  "manage:people": "Manage people and roles",
  "manage:policy": "Change policies, signing keys and webhooks",
  "break-glass": "Break glass",
};

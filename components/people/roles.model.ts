/** What each role is for, in a line. The permissions themselves stand in lib/access. */
import type { Role } from "../../lib/access/permissions.ts";

export const ROLE_MEANS: Readonly<Record<Role, string>> = {
  viewer: "Sees everything, changes nothing.",
  support: "A viewer who exports tenants and downloads bundles.",
  operator: "Asks for operations and controls their runs.",
  reviewer: "Approves or rejects what others ask for.",
  admin: "All of it, and manages people, platforms and policies.",
};

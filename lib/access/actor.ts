/** Who acts: a person as the records know them at this moment. */
import type { Role } from "../records/schema/role-grants.ts";
import type { Permission } from "./permissions.ts";

export interface Actor {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly permissions: ReadonlySet<Permission>;
  readonly sessionEpoch: number;
}

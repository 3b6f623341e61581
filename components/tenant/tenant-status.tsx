import type { TenantState } from "../../lib/records/schema/tenants.ts";
import { Status } from "../ui/status.tsx";
import { tenantStateTone } from "./tenant-state.model.ts";

export interface TenantStatusProps {
  readonly state: TenantState;
  /** The census does not see it any more. */
  readonly gone?: boolean;
  readonly boxed?: boolean;
}

export function TenantStatus({ state, gone = false, boxed = false }: TenantStatusProps) {
  // One that was deleted here is missed by nobody.
  if (gone && state !== "deleted") {
    return (
      <Status tone="idle" boxed={boxed}>
        not seen any more
      </Status>
    );
  }
  return (
    <Status tone={tenantStateTone(state)} boxed={boxed}>
      {state}
    </Status>
  );
}

/** What a tenant's lifecycle state is called, and how it looks. */
import type { TenantState } from "../../lib/records/schema/tenants.ts";
import type { Tone } from "../ui/status.tsx";

const TONES: Readonly<Record<TenantState, Tone>> = {
  provisioning: "live",
  active: "ok",
  suspended: "warn",
  moving: "live",
  deleting: "bad",
  deleted: "idle",
  restoring: "live",
};

/** In the order of a life; for filters. */
export const TENANT_STATE_ORDER = Object.keys(TONES) as readonly TenantState[];

export function tenantStateTone(state: TenantState): Tone {
  return TONES[state];
}

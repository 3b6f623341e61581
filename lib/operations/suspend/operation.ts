/** Suspend: the platform's own state column says so, and the platform refuses the tenant's users. */
import type { Operation } from "../../engine/operation.ts";
import { type StateChangeInput, stateChangeInput } from "../shared/state-change/input.ts";
import { planStateChange } from "../shared/state-change/plan.ts";
import { stateChangeSteps } from "../shared/state-change/steps.ts";

export const suspendOperation: Operation<StateChangeInput> = {
  kind: "suspend",
  title: "Suspend",
  permission: "request:suspend",
  input: stateChangeInput,
  claim: ({ tenantKey }) => `key:${tenantKey}`,
  budgetSeconds: 5 * 60,
  pausable: false,
  reviews: () => ({ needed: 1, why: "Suspending locks a customer's users out." }),
  plan: (context, input) => planStateChange("suspend", context, input),
  steps: () => stateChangeSteps("suspend"),
};

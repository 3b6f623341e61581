/** Suspend: the platform's own state column says so, and the platform refuses the tenant's users. */
import type { Operation } from "../../engine/operation.ts";
import { type SuspendInput, suspendInput } from "../shared/state-change/input.ts";
import { planStateChange } from "../shared/state-change/plan.ts";
import { stateChangeSteps } from "../shared/state-change/steps.ts";

export const suspendOperation: Operation<SuspendInput> = {
  kind: "suspend",
  title: "Suspend",
  permission: "request:suspend",
  input: suspendInput,
  claim: ({ tenantKey }) => `key:${tenantKey}`,
  budgetSeconds: 5 * 60,
  pausable: false,
  reviews: () => ({ needed: 1, why: "Suspending locks a customer's users out." }),
  plan: (context, input) => planStateChange("suspend", context, input),
  steps: (plan) => stateChangeSteps("suspend", plan.options.fence === true),
};

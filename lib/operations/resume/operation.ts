/** Resume: the platform's own state column says what it said before, and the tenant's users are let in again. */
import type { Operation } from "../../engine/operation.ts";
import { type StateChangeInput, stateChangeInput } from "../shared/state-change/input.ts";
import { planStateChange } from "../shared/state-change/plan.ts";
import { stateChangeSteps } from "../shared/state-change/steps.ts";

export const resumeOperation: Operation<StateChangeInput> = {
  kind: "resume",
  title: "Resume",
  permission: "request:resume",
  input: stateChangeInput,
  claim: ({ tenantKey }) => `key:${tenantKey}`,
  budgetSeconds: 5 * 60,
  pausable: false,
  reviews: (_input, plan) =>
    plan.options.afterOwnSuspend === true
      ? { needed: 0, why: "It takes back the requester's own suspend." }
      : { needed: 1, why: "Resuming opens a tenant that somebody else has closed, or that was imported." },
  plan: (context, input) => planStateChange("resume", context, input),
  steps: (plan) => stateChangeSteps("resume", plan.options.fence === true),
};

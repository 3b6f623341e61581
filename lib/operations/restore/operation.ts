/** Restore: a deleted tenant, whole or what is missing of it, from the bundle that it was deleted with. */
import type { Operation } from "../../engine/operation.ts";
import { type RestoreInput, restoreInput } from "./input.ts";
import { planRestore } from "./plan.ts";
import { restoreSteps } from "./steps.ts";

export const restoreOperation: Operation<RestoreInput> = {
  kind: "restore",
  title: "Restore",
  permission: "request:restore",
  input: restoreInput,
  claim: ({ tenantKey }) => `key:${tenantKey}`,
  budgetSeconds: 4 * 60 * 60,
  pausable: false,
  reviews: () => ({ needed: 1, why: "A restore writes into a database that other tenants live in." }),
  plan: planRestore,
  steps: restoreSteps,
};

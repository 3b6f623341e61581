/** Delete: a tenant's rows, once it is suspended, quiet, and proved restorable; never on one person's word. */
import type { Operation } from "../../engine/operation.ts";
import { groupedCount } from "../../engine/typed-phrase.ts";
import type { CallTimes, CallWebhook } from "../webhooks/call.ts";
import { rowsDeleted } from "./effects.ts";
import { type DeleteInput, deleteInput } from "./input.ts";
import { planDeleteOperation } from "./plan.ts";
import { deleteSteps } from "./steps.ts";

export const deleteOperation = (call: CallWebhook, times: CallTimes): Operation<DeleteInput> => ({
  kind: "delete",
  title: "Delete",
  permission: "request:delete",
  input: deleteInput,
  claim: ({ tenantKey }) => `key:${tenantKey}`,
  budgetSeconds: 12 * 60 * 60,
  pausable: true,
  reviewRange: [1, 2],
  windows: ["suspendedHours", "quietHours", "drillDays", "tombstoneDays"],
  reviews: () => ({ needed: 1, why: "A delete is for good: another person looks at it first." }),
  phrase: ({ tenant, effects }) =>
    `delete ${tenant.slug ?? tenant.key} and ${groupedCount(rowsDeleted(effects))} rows`,
  plan: planDeleteOperation,
  steps: () => deleteSteps(call, times),
});

/** Export: a living tenant into a sealed, signed bundle. Changes nothing in the platform; no review by default. */
import type { Operation } from "../../engine/operation.ts";
import { type ExportInput, exportInput } from "./input.ts";
import { planExport } from "./plan.ts";
import { EXPORT_STEPS } from "./steps.ts";

export const exportOperation: Operation<ExportInput> = {
  kind: "export",
  title: "Export",
  permission: "request:export",
  input: exportInput,
  claim: ({ tenantKey: key }) => `key:${key}`,
  budgetSeconds: 6 * 60 * 60,
  // A pause finishes the part at hand; a living tenant's rows may have changed by the time the run goes on, so the
  // file is then written anew, from one snapshot.
  pausable: true,
  reviews: () => ({ needed: 0, why: "An export reads and changes nothing." }),
  plan: planExport,
  steps: () => EXPORT_STEPS,
};

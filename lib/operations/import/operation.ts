/** Import: a bundle's tenant into a database of the same schema, strict, in one transaction. */
import type { Operation } from "../../engine/operation.ts";
import { type ImportInput, importInput } from "./input.ts";
import { planImportOperation } from "./plan.ts";
import { IMPORT_STEPS } from "./steps.ts";

export const importOperation: Operation<ImportInput> = {
  kind: "import",
  title: "Import",
  permission: "request:import",
  input: importInput,
  claim: ({ newSlug, newKey, bundleId }) => `new:${newSlug ?? newKey ?? `bundle ${bundleId}`}`,
  budgetSeconds: 4 * 60 * 60,
  pausable: false,
  reviews: () => ({ needed: 1, why: "An import writes into a database that other tenants live in." }),
  plan: planImportOperation,
  steps: () => IMPORT_STEPS,
};

/** Drill: a bundle restored on a throwaway server and thrown away again. Changes nothing; no review by default. */
import type { Operation } from "../../engine/operation.ts";
import type { DrillPlace } from "../shared/throwaway-place.ts";
import { type DrillInput, drillInput } from "./input.ts";
import { planDrill } from "./plan.ts";
import { drillSteps } from "./steps.ts";

export const drillOperation = (place: DrillPlace): Operation<DrillInput> => ({
  kind: "drill",
  title: "Drill",
  permission: "request:drill",
  input: drillInput,
  // Whatever else is done with the tenant meanwhile: only the file is read.
  claim: ({ bundleId }) => `drill:${bundleId}`,
  budgetSeconds: 6 * 60 * 60,
  pausable: false,
  reviews: () => ({ needed: 0, why: "A drill writes only to a server that is thrown away." }),
  plan: planDrill,
  steps: () => drillSteps(place),
});

/** Upgrade: an old bundle into a new one, by the platform's own migrations. Writes a file only; no review by default. */
import type { Operation } from "../../engine/operation.ts";
import type { DrillPlace } from "../shared/throwaway-place.ts";
import { type UpgradeInput, upgradeInput } from "./input.ts";
import { planUpgrade } from "./plan.ts";
import { upgradeSteps } from "./steps.ts";

/** @param migrationsBase where the migrations of platforms lie on this machine, each below its name */
export const upgradeOperation = (
  place: DrillPlace,
  migrationsBase: string | null,
): Operation<UpgradeInput> => ({
  kind: "upgrade",
  title: "Upgrade",
  permission: "request:upgrade",
  input: upgradeInput,
  // Whatever else is done with the tenant meanwhile: only the file is read.
  claim: ({ bundleId }) => `upgrade:${bundleId}`,
  budgetSeconds: 6 * 60 * 60,
  pausable: false,
  reviews: () => ({ needed: 0, why: "An upgrade writes a new file, on a server that is thrown away." }),
  plan: (context, input) => planUpgrade(context, input, migrationsBase),
  steps: () => upgradeSteps(place, migrationsBase),
});

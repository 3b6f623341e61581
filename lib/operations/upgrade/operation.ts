/** Upgrade: an old bundle into a new one, by the platform's own migrations. Writes a file only; no review by default. */
import type { Operation } from "../../engine/operation.ts";
import type { DrillPlace } from "../shared/throwaway-place.ts";
import { type UpgradeInput, upgradeInput } from "./input.ts";
import { planUpgrade } from "./plan.ts";
import { type MigrationsMachine, upgradeSteps } from "./steps.ts";

export const upgradeOperation = (place: DrillPlace, machine: MigrationsMachine): Operation<UpgradeInput> => ({
  kind: "upgrade",
  title: "Upgrade",
  permission: "request:upgrade",
  input: upgradeInput,
  // Whatever else is done with the tenant meanwhile: only the file is read.
  claim: ({ bundleId }) => `upgrade:${bundleId}`,
  budgetSeconds: 6 * 60 * 60,
  pausable: false,
  reviews: () => ({ needed: 0, why: "An upgrade writes a new file, on a server that is thrown away." }),
  plan: (context, input) => planUpgrade(context, input, machine.migrationsBase),
  steps: () => upgradeSteps(place, machine),
});

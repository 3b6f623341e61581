/** Create: a new tenant from the rows that the platform file declares, or by the platform's own command. */
import type { Operation } from "../../engine/operation.ts";
import { type CreateInput, createInput } from "./input.ts";
import { planCreate } from "./plan.ts";
import { createSteps } from "./steps.ts";

/** @param commandsFile the worker's own list of commands, null for none */
export function createOperation(commandsFile: string | null): Operation<CreateInput> {
  const steps = createSteps(commandsFile);
  const planned = steps.map(({ name, title, reversibility }) => ({ name, title, reversibility }));
  return {
    kind: "create",
    title: "Create tenant",
    permission: "request:create",
    input: createInput,
    claim: ({ slug }) => `new:${slug}`,
    budgetSeconds: 30 * 60,
    pausable: false,
    reviews: () => ({ needed: 1, why: "A new tenant is one more that the platform must serve." }),
    plan: (context, input) => planCreate(context, input, planned),
    steps: () => steps,
  };
}

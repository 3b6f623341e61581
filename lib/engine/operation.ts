/**
 * The interface that every operation fits. The engine is handed the registry and imports no operation; adding one
 * is adding a folder and a line in the registry.
 */
import type { z } from "zod";
import type { Permission } from "../access/permissions.ts";
import type { PlanContext, StepContext } from "./contexts.ts";
import type { OperationPlan, Reversibility } from "./plan.ts";
import type { PolicyWindow } from "./policy-schema.ts";

export type Reconciled = "done" | "not done" | "partly" | "unknown";

export interface OperationStep {
  readonly name: string;
  readonly title: string;
  readonly reversibility: Reversibility;
  /** Commits on its way: what is refused then, stays at its checkpoint. It has a `reconcile` that tells how far it is. */
  readonly batched?: true;
  /**
   * Does it, or goes on with it from its checkpoint: a step may be run again after a crash at any point.
   *
   * @throws Refusal: the run fails, having changed nothing or undone it; OutcomeUnknown: nobody can say
   */
  run(context: StepContext): Promise<void>;
  /** Takes back what it did, as far as it says it can; also runs for a step that was only begun. */
  undo?(context: StepContext): Promise<void>;
  /**
   * Looks whether it took effect after all, for a run whose outcome is unknown. `partly`: batches of it are done and
   * stay, and it is known which; the step goes on from its checkpoint, or is left there.
   */
  reconcile?(context: StepContext): Promise<Reconciled>;
}

export interface Operation<Input = unknown> {
  readonly kind: string;
  /** The verb on buttons and in lists: `Export`. */
  readonly title: string;
  readonly permission: Permission;
  readonly input: z.ZodType<Input>;
  /** The tenant that it claims for itself: `key:…`, or `new:slug` for one that is not there yet. */
  claim(input: Input): string;
  /** Seconds that a run may take. */
  readonly budgetSeconds: number;
  /** Whether a run can stop at a batch and go on later. */
  readonly pausable: boolean;
  /** The fewest and the most reviews that Settings may ask for; 0 to 3 unless told. */
  readonly reviewRange?: readonly [number, number];
  /** The policy's windows that its gates ask for (`PlanContext.policy`): only those are to be set. */
  readonly windows?: readonly PolicyWindow[];
  /** The default policy: reviews needed, and why in a sentence. */
  reviews(input: Input, plan: OperationPlan): { readonly needed: number; readonly why: string };
  /** What requester and reviewers type, compared on the server; of the plan alone. Nothing where it is left out. */
  phrase?(plan: OperationPlan): string | null;
  /** Read-only, the same for page, reviewer and worker. */
  plan(context: PlanContext, input: Input): Promise<OperationPlan>;
  steps(plan: OperationPlan): readonly OperationStep[];
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds operations of every input; each parses its own
export type AnyOperation = Operation<any>;

export interface Registry {
  get(kind: string): AnyOperation;
  readonly all: readonly AnyOperation[];
}

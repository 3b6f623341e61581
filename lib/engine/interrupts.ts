/**
 * How a step is stopped from outside. A step lets them pass through: it rolls back what is open, closes what it
 * holds and leaves the rest to the engine.
 */
import type { Finding } from "../findings/finding.ts";

/** Somebody, or the brake, wants the run to stop here and to go on later from its checkpoint. */
export class PauseWanted extends Error {
  readonly by: "person" | "brake";

  constructor(by: "person" | "brake" = "person") {
    super(by === "brake" ? "The brake is on." : "A pause is wanted.");
    this.name = "PauseWanted";
    this.by = by;
  }
}

/** Nothing more is to be done, and what can be taken back is taken back. */
export class AbortWanted extends Error {
  readonly because: "person" | "budget";

  constructor(because: "person" | "budget" = "person") {
    super(because === "budget" ? "The run's time is used up." : "An abort is wanted.");
    this.name = "AbortWanted";
    this.because = because;
  }
}

/** Another worker has taken over, or nobody can say that none has: whoever gets this writes nothing any more. */
export class LeaseLost extends Error {
  constructor() {
    super("Another worker has taken over this run.");
    this.name = "LeaseLost";
  }
}

/** This process ends; the next worker goes on from the checkpoint. */
export class WorkerStopping extends Error {
  constructor() {
    super("The worker is stopping.");
    this.name = "WorkerStopping";
  }
}

/** A side effect may have happened, and nobody can say. Never folded into a failure. */
export class OutcomeUnknown extends Error {
  /** What must be looked at, one finding each. */
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[] | Finding, options?: ErrorOptions) {
    super("Nobody can say whether a side effect happened.", options);
    this.name = "OutcomeUnknown";
    this.findings = Array.isArray(findings) ? (findings as readonly Finding[]) : [findings as Finding];
  }
}

export type Interrupt = PauseWanted | AbortWanted | LeaseLost | WorkerStopping;

/** The interrupt that an error is, or carries as its cause; null where it is none. */
export function interruptIn(error: unknown): Interrupt | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (
      each instanceof PauseWanted ||
      each instanceof AbortWanted ||
      each instanceof LeaseLost ||
      each instanceof WorkerStopping
    )
      return each;
  }
  return null;
}

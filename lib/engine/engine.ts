/**
 * What all of the engine's functions are handed first: the records, the registry and what the console lends them.
 * Made once a process, by lib/operations/console.ts.
 */
import { type BundleStore, plainly, type SideEffect } from "../bundle/stores/store.ts";
import type { Finding } from "../findings/finding.ts";
import type { Records, RecordsTransaction } from "../records/client.ts";
import type { databases } from "../records/schema/databases.ts";
import type { operations } from "../records/schema/operations.ts";
import type { StepContext } from "./contexts.ts";
import type { Registry } from "./operation.ts";
import type { DriveQueue } from "./queue.ts";

export type OperationRow = typeof operations.$inferSelect;
export type DatabaseRow = typeof databases.$inferSelect;

/** Something that people outside should hear of, told in the transaction that makes it true. */
export interface Announcement {
  /** `operation.succeeded`, `review.wanted`, `operation.broke-glass`. */
  readonly event: string;
  readonly operation: Pick<OperationRow, "id" | "kind" | "state" | "platformId" | "tenantKey" | "tenantSlug">;
}

/** What somebody shows to be who they are: those without a password show that they were asked just now. */
export interface PersonProof {
  readonly password: string;
  /** When the identity provider asked the person; milliseconds, null where it does not say. */
  readonly vouchedAt: number | null;
}

/** A line of the process's log: stable event name, ids, no personal data. Written after commit. */
export type Log = (
  level: "info" | "warn" | "error",
  event: string,
  facts: Readonly<Record<string, unknown>>,
) => void;

export interface EngineParts {
  readonly records: Records;
  readonly registry: Registry;
  readonly queue: DriveQueue;
  /** The row's sealed addresses, opened. */
  connectionStrings(database: DatabaseRow): { readonly planner: string; readonly runner: string };
  store(id: string): BundleStore;
  /** The key that signs bundles now. */
  signer(): Promise<StepContext["signer"]>;
  /** Whether it is the person who sits there, for acts that ask again; what stands against it, else nothing. */
  confirmPerson(personId: string, proof: PersonProof): Promise<readonly Finding[]>;
  /** Writes webhook deliveries; part of the transition's transaction. */
  announce?(tx: RecordsTransaction, announcement: Announcement): Promise<void>;
  readonly log?: Log;
  /** How long a step took from one report of progress to the next, in seconds: a batch of its work. */
  observeBatch?(kind: string, step: string, seconds: number): void;
  /** Tests end the process before or after each of these. */
  readonly sideEffect?: SideEffect;
  readonly times?: Partial<EngineTimes>;
}

export interface EngineTimes {
  /** How long a worker owns a run without a sign of life, in seconds. */
  readonly lease: number;
  /** Between two heartbeats; also how soon a wish reaches a step that does not breathe. Seconds. */
  readonly heartbeat: number;
  /** Between two stored states of progress, in seconds. */
  readonly progress: number;
  /** Before the first of a step's retries after a passing error; doubles, with jitter. Seconds. */
  readonly backoff: number;
  /** How long planning may take, in seconds. */
  readonly planning: number;
  /** How long a step that does not breathe may go on after its worker was told to stop. Seconds. */
  readonly grace: number;
}

/** Three heartbeats fit into a lease, so that two lost ones take nothing away. */
export const DEFAULT_TIMES: EngineTimes = {
  lease: 30,
  heartbeat: 8,
  progress: 1,
  backoff: 1,
  planning: 120,
  grace: 20,
};

export interface Engine extends Required<EngineParts> {
  readonly times: EngineTimes;
}

/** What every function of the engine's API answers: what came of it, or why not. */
export type Answer<Value extends object = object> =
  | ({ readonly ok: true } & Value)
  | { readonly ok: false; readonly findings: readonly Finding[] };

export function createEngine(parts: EngineParts): Engine {
  return {
    ...parts,
    announce: parts.announce ?? (async () => {}),
    log: parts.log ?? (() => {}),
    observeBatch: parts.observeBatch ?? (() => {}),
    sideEffect: parts.sideEffect ?? plainly,
    times: { ...DEFAULT_TIMES, ...parts.times },
  };
}

/** The answer that refuses. */
export function refuse(...findings: readonly Finding[]): { ok: false; findings: readonly Finding[] } {
  return { ok: false, findings };
}

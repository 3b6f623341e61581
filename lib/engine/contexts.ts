/** What the engine hands an operation while it plans and while it runs. */
import type pg from "pg";
import type { BundleStore } from "../bundle/stores/store.ts";
import type { Finding } from "../findings/finding.ts";
import type { Records } from "../records/client.ts";
import type { PlatformFile } from "../tenancy/platform-file.ts";
import type { OperationPlan } from "./plan.ts";
import type { Policy } from "./policy-schema.ts";
import type { OperationProgress } from "./progress.ts";

export interface RegisteredDatabase {
  readonly id: string;
  readonly name: string;
  readonly endpoint: string;
  readonly region: string | null;
}

export interface RegisteredPlatform {
  readonly id: string;
  readonly name: string;
  readonly file: PlatformFile;
  readonly store: string;
  readonly compression: "gzip" | "zstd";
  /** Where relative paths of the file are relative to, on the worker's machine. */
  readonly folder: string | null;
}

export interface PlanContext {
  readonly records: Records;
  readonly platform: RegisteredPlatform;
  readonly database: RegisteredDatabase;
  /** As it is in force for this platform and tenant: gates go by its windows. */
  readonly policy: Policy;
  /** The person who asks: some policies depend on it (resuming after one's own suspend). */
  readonly requestedBy: string;
  readonly signal: AbortSignal;
  /** A read-only session with the planner's credentials; closed by the engine. */
  connect(): Promise<pg.Client>;
  /** The planner's connection string, for library calls that open their own sessions. Never logged. */
  readonly plannerUrl: string;
  store(id: string): BundleStore;
}

export interface StepContext extends Omit<PlanContext, "plannerUrl" | "connect" | "policy"> {
  readonly operationId: string;
  readonly input: unknown;
  readonly plan: OperationPlan;
  /** The runner's connection string. Never logged. */
  readonly runnerUrl: string;
  /** Bumped by each takeover: a writer that holds an older one is stale and must not write. */
  readonly epoch: number;
  /** What this step stored last, or null. */
  readonly checkpoint: unknown;
  /** Effects that were begun and whose outcome nobody stored: a worker died in them. Look before doing them again. */
  readonly unsettled: readonly string[];
  /** Stores it where a crash does not reach it; throws `LeaseLost` when another worker has taken over. */
  save(checkpoint: unknown): Promise<void>;
  /** A side effect with its intent stored before and its outcome straight after; crash tests end the process there. */
  effect<T>(name: string, act: () => Promise<T>): Promise<T>;
  progress(progress: OperationProgress): void;
  find(findings: readonly Finding[]): Promise<void>;
  /** Called between batches: throws `PauseWanted` or `AbortWanted` when somebody wants it, `LeaseLost` when stale. */
  breathe(): Promise<void>;
  /** What is shown at the end under "what changed", "what remains uncertain", "what to do now". */
  result(result: {
    readonly changed: readonly string[];
    readonly uncertain?: readonly string[];
    readonly next?: readonly string[];
    readonly links?: Readonly<Record<string, string>>;
  }): Promise<void>;
  readonly signer: { readonly keyId: string; privateKey(): Promise<import("node:crypto").KeyObject> } | null;
}

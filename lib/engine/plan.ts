/**
 * What an operation would do, as a plain value: computed read-only, shown to the requester and to the reviewer,
 * computed again by the worker. The same for every kind of operation; a page renders any of them.
 */
import type { Finding } from "../findings/finding.ts";

/** One normalised change: "insert 1,204 rows into public.orders in database eu-1". */
export interface Effect {
  readonly verb: "insert" | "update" | "delete" | "create" | "write" | "read";
  /** A qualified table, `bundle`, `tenant`. */
  readonly object: string;
  /** The registered database by name, or the store. */
  readonly place: string;
  /** Exact where the tenant is fenced or the bundle sealed, null where a living tenant is only estimated. */
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly reversibility: Reversibility;
  /** More than the verb says, in a few words: `status → suspended`. */
  readonly note?: string;
}

export type Reversibility = "reversible" | "compensating" | "irreversible";

/** A condition that must hold before the run; approval is no substitute for one. */
export interface Gate {
  readonly code: string;
  readonly title: string;
  readonly holds: boolean;
  /** What was looked at, and what to do where it does not hold. */
  readonly detail: string;
  /** Where to do it, for a gate that a page or another operation opens. */
  readonly opens?: GateOpener;
}

/** Another operation on the same tenant, or on a bundle; or a page: of the tenant, of a bundle. */
export type GateOpener =
  | { readonly title: string; readonly operation: string; readonly bundleId?: string }
  | { readonly title: string; readonly page: "tenant" }
  | { readonly title: string; readonly page: "bundle"; readonly bundleId: string }
  | { readonly title: string; readonly page: "operation"; readonly operationId: string };

/** What a plan cannot know: asked in the request's form, answered in its input. */
export interface PlanQuestion {
  /** The form's field. */
  readonly field: string;
  readonly title: string;
  readonly hint: string;
  /** What can be answered; null: words. */
  readonly choices: readonly { readonly value: string; readonly label: string }[] | null;
  /** As it is answered now; null where it is not. */
  readonly answer: string | null;
}

export interface PlannedStep {
  readonly name: string;
  readonly title: string;
  readonly reversibility: Reversibility;
}

/** A database as it identified itself: another one behind the same address is another plan. */
export interface DatabaseIdentity {
  readonly id: string;
  readonly name: string;
  readonly endpoint: string;
  readonly systemIdentifier: string | null;
  readonly timeline: number | null;
  readonly oid: number;
  readonly databaseName: string;
}

export interface OperationPlan {
  readonly kind: string;
  /** One sentence: "Export Saltmarsh Logistics (saltmarsh) from eu-1 into a bundle". */
  readonly summary: string;
  readonly tenant: {
    readonly key: string | null;
    readonly slug: string | null;
    readonly name: string | null;
  };
  readonly databases: readonly DatabaseIdentity[];
  /** Options as validated, canonical. */
  readonly options: Readonly<Record<string, unknown>>;
  /** By qualified table: the catalog's shape hash and the model's entry, for touched tables only. */
  readonly tables: Readonly<Record<string, { readonly shape: string; readonly model: string }>>;
  /** SHA-256 of the bundle that is read. */
  readonly bundle: string | null;
  readonly effects: readonly Effect[];
  readonly steps: readonly PlannedStep[];
  readonly gates: readonly Gate[];
  readonly findings: readonly Finding[];
  /** Outside the digest: estimates and versions, shown and not approved. */
  readonly estimate: {
    readonly rows: number | null;
    readonly bytes: number | null;
    readonly seconds: number | null;
  };
  readonly versions: { readonly planner: string; readonly model: string | null };
  /** Lines of "limits of rollback". */
  readonly rollback: string;
  /** Whether the counts in the effects are exact, and so part of what is approved. */
  readonly exact: boolean;
  /** Outside the digest: their answers stand in the options. */
  readonly questions?: readonly PlanQuestion[];
}

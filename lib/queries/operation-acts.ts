/**
 * What a person can do with an operation in its present state, and why not. A courtesy of the page: the engine asks
 * for all of it again, in the transaction that does it. Pure.
 */
import type { Actor } from "../access/actor.ts";
import { type Permission, rolesWith } from "../access/permissions.ts";
import type { OperationState } from "../records/schema/operations.ts";

export const ACTS = [
  "review",
  "send",
  "resume",
  "pause",
  "retry",
  "reconcile",
  "plan-again",
  "withdraw",
  "abort",
  "break-glass",
] as const;
export type ActName = (typeof ACTS)[number];

export interface ActView {
  readonly name: ActName;
  /** Null where it can be done; else one sentence that says why not. */
  readonly unavailable: string | null;
}

export interface ActsOf {
  readonly state: OperationState;
  readonly wish: "pause" | "abort" | null;
  /** Whether any step has left anything behind. */
  readonly begun: boolean;
  readonly title: string;
  readonly pausable: boolean;
  readonly permission: Permission;
  readonly requestedBy: { readonly id: string; readonly name: string };
  /** This person has decided on the plan in force already. */
  readonly reviewed: boolean;
  readonly approvalExpired: boolean;
  readonly brake: boolean;
}

/** Those that the state knows, in the order in which they are shown; each with its reason where it is not to be had. */
export function actsOf(operation: ActsOf, actor: Actor): ActView[] {
  return ACTS.flatMap((name): ActView[] =>
    inState(name, operation) && !isNobodysBusiness(name, actor)
      ? [{ name, unavailable: whyNot(name, operation, actor) }]
      : [],
  );
}

/** An emergency's way out is no offer to those who cannot take it. */
function isNobodysBusiness(name: ActName, actor: Actor): boolean {
  return name === "break-glass" && !actor.permissions.has("break-glass");
}

function inState(name: ActName, { state, wish, begun }: ActsOf): boolean {
  const before = ["planned", "in_review", "approved"].includes(state);
  switch (name) {
    case "review":
    case "break-glass":
      return state === "in_review";
    case "send":
      return state === "planned";
    case "pause":
      return state === "running" && wish === null;
    case "resume":
      return state === "paused" || (state === "running" && wish === "pause");
    case "abort":
      return wish !== "abort" && (["running", "paused"].includes(state) || (state === "queued" && begun));
    case "retry":
      return state === "failed";
    case "reconcile":
      return state === "unknown";
    case "plan-again":
      return ["planned", "in_review", "superseded", "expired"].includes(state);
    case "withdraw":
      return before || (state === "queued" && !begun);
  }
}

function whyNot(name: ActName, operation: ActsOf, actor: Actor): string | null {
  const mine = operation.requestedBy.id === actor.personId;
  const { name: requester } = operation.requestedBy;
  switch (name) {
    case "review":
      if (!actor.permissions.has("review")) return lacks("review");
      if (mine) return "You asked for it yourself; another person reviews it.";
      return operation.reviewed ? "You have reviewed this plan already; it needs another person too." : null;
    case "send":
    case "plan-again":
      if (!mine) return `Only ${requester}, who asked for it, can do this.`;
      return actor.permissions.has(operation.permission) ? null : lacks(operation.permission);
    case "withdraw":
      return mine || actor.permissions.has("control:run")
        ? null
        : `Only ${requester}, who asked for it, or somebody who controls runs can do this.`;
    case "break-glass":
      return null;
    case "pause":
      if (!actor.permissions.has("control:run")) return lacks("control:run");
      return operation.pausable
        ? null
        : `${operation.title} is one transaction: there is no place in it to stop at. An abort leaves nothing behind.`;
    case "resume":
    case "retry":
      if (!actor.permissions.has("control:run")) return lacks("control:run");
      if (operation.brake) return "The brake is on: release it first.";
      return name === "retry" && operation.approvalExpired
        ? "Its approval has expired: ask for the operation again."
        : null;
    case "abort":
    case "reconcile":
      return actor.permissions.has("control:run") ? null : lacks("control:run");
  }
}

function lacks(permission: Permission): string {
  return `Your roles do not allow it: it takes ${rolesWith(permission).join(" or ")}.`;
}

/** What has to be typed before a run is aborted; compared on the server, trimmed. */
export function abortPhrase(operation: { readonly kind: string; readonly tenant: string | null }): string {
  return `abort ${operation.kind}${operation.tenant === null ? "" : ` of ${operation.tenant}`}`;
}

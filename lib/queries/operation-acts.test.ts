import { expect, test } from "vitest";
import type { Actor } from "../access/actor.ts";
import { permissionsOf, type Role } from "../access/permissions.ts";
import { OPERATION_STATES } from "../records/schema/operations.ts";
import { type ActsOf, abortPhrase, actsOf } from "./operation-acts.ts";

const actor = (personId: string, ...roles: Role[]): Actor => ({
  personId,
  name: personId,
  email: `${personId}@example.org`,
  roles,
  permissions: permissionsOf(roles),
  sessionEpoch: 1,
});

const operation = (over: Partial<ActsOf>): ActsOf => ({
  state: "running",
  wish: null,
  begun: false,
  title: "Export",
  pausable: true,
  permission: "request:export",
  requestedBy: { id: "ada", name: "Ada" },
  reviewed: false,
  approvalExpired: false,
  brake: false,
  ...over,
});

const available = (over: Partial<ActsOf>, who: Actor) =>
  actsOf(operation(over), who).flatMap((act) => (act.unavailable === null ? [act.name] : []));
const reason = (name: string, over: Partial<ActsOf>, who: Actor) =>
  actsOf(operation(over), who).find((act) => act.name === name)?.unavailable;

test("a reviewer reviews what another person asked for, once", () => {
  const grace = actor("grace", "reviewer");
  expect(available({ state: "in_review" }, grace)).toEqual(["review"]);
  expect(reason("review", { state: "in_review", reviewed: true }, grace)).toContain("already");
});

test("nobody reviews their own request, an admin neither, and the page says so", () => {
  const ada = actor("ada", "admin");
  expect(reason("review", { state: "in_review" }, ada)).toContain("another person");
  expect(available({ state: "in_review" }, ada)).toEqual(["plan-again", "withdraw", "break-glass"]);
});

test("who lacks the role is told which it takes", () => {
  const vic = actor("vic", "viewer");
  expect(available({ state: "in_review" }, vic)).toEqual([]);
  expect(reason("review", { state: "in_review" }, vic)).toContain("reviewer or admin");
  expect(reason("abort", {}, vic)).toContain("operator");
});

test("only who asked for it sends it or plans it again, and only while they still may ask", () => {
  const state = "planned" as const;
  expect(available({ state }, actor("ada", "operator"))).toEqual(["send", "plan-again", "withdraw"]);
  expect(available({ state }, actor("ada", "viewer"))).toEqual(["withdraw"]);
  expect(available({ state }, actor("bob", "operator"))).toEqual(["withdraw"]);
  expect(reason("send", { state }, actor("bob", "operator"))).toContain("Ada");
});

test("a run is paused or aborted, and a wish can be taken back but not doubled", () => {
  const bob = actor("bob", "operator");
  expect(available({}, bob)).toEqual(["pause", "abort"]);
  expect(available({ wish: "pause" }, bob)).toEqual(["resume", "abort"]);
  expect(available({ wish: "abort" }, bob)).toEqual([]);
  expect(reason("pause", { pausable: false }, bob)).toContain("one transaction");
});

test("what was begun is aborted and not withdrawn", () => {
  const bob = actor("bob", "operator");
  expect(available({ state: "queued" }, bob)).toEqual(["withdraw"]);
  expect(available({ state: "queued", begun: true }, bob)).toEqual(["abort"]);
});

test("the brake and an expired approval stand against going on", () => {
  const bob = actor("bob", "operator");
  expect(reason("resume", { state: "paused", brake: true }, bob)).toContain("brake");
  expect(reason("retry", { state: "failed", approvalExpired: true }, bob)).toContain("expired");
  expect(available({ state: "failed" }, bob)).toEqual(["retry"]);
  expect(available({ state: "unknown" }, bob)).toEqual(["reconcile"]);
});

test("what is over for good offers nothing", () => {
  for (const state of ["succeeded", "aborted", "rejected", "withdrawn"] as const)
    expect(actsOf(operation({ state }), actor("ada", "admin"))).toEqual([]);
});

test("every act in every state is either to be had or has its reason", () => {
  for (const state of OPERATION_STATES)
    for (const role of ["viewer", "support", "operator", "reviewer", "admin"] as const)
      for (const act of actsOf(operation({ state, begun: true }), actor("grace", role)))
        expect(act.unavailable === null || act.unavailable.endsWith(".")).toBe(true);
});

test("the phrase before an abort names the kind and the tenant", () => {
  expect(abortPhrase({ kind: "import", tenant: "saltmarsh" })).toBe("abort import of saltmarsh");
  expect(abortPhrase({ kind: "create", tenant: null })).toBe("abort create");
});

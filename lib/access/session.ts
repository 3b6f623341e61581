/** Who is asking, for pages, actions and handlers: read from the records at every call, so that revoking bites at once. */
import "server-only";
import { forbidden, redirect } from "next/navigation";
import { processRecords } from "../records/process.ts";
import type { Actor } from "./actor.ts";
import { actorOf, type SessionClaim, type SessionState } from "./actor-of.ts";
import { auth } from "./auth.ts";
import type { Permission } from "./permissions.ts";

/** The whole state, for the pages of signing in themselves; everybody else asks for an actor. */
export async function currentSession(): Promise<SessionState> {
  const session = (await auth()) as { readonly claim?: SessionClaim } | null;
  return actorOf(processRecords(), session?.claim ?? null);
}

/** Null for nobody, and for somebody who has a generated password to change first. Handlers answer 401 then. */
export async function currentActor(): Promise<Actor | null> {
  const session = await currentSession();
  return session.state === "signed-in" ? session.actor : null;
}

/** An actor in their session, for acts that ask for a fresh sign-in or are bound to this session. */
export async function requireSession(): Promise<Extract<SessionState, { state: "signed-in" }>> {
  const session = await currentSession();
  if (session.state === "signed-in") return session;
  return redirect(session.state === "must-change" ? "/change-password" : "/sign-in");
}

/** For pages and actions: leads to the sign-in, or to the change of a generated password, where there is no actor. */
export async function requireActor(): Promise<Actor> {
  const session = await currentSession();
  if (session.state === "must-change") redirect("/change-password");
  if (session.state === "signed-out") redirect("/sign-in");
  return session.actor;
}

/** The same, with a permission; without it the answer is 403. Before anything streams. */
export async function requirePermission(permission: Permission): Promise<Actor> {
  const actor = await requireActor();
  if (!actor.permissions.has(permission)) forbidden();
  return actor;
}

/** Looking at a database when somebody asks for it; what it finds is kept as the worker's looks are. */
import { z } from "zod";
import type { Actor } from "../../../lib/access/actor.ts";
import { rolesWith } from "../../../lib/access/permissions.ts";
import { type Finding, Refusal } from "../../../lib/findings/finding.ts";
import type { Console } from "../../../lib/operations/console.ts";
import { registeredPair } from "../../../lib/operations/directory.ts";
import { lookAtDatabase } from "../../../lib/operations/health/look.ts";

export interface LookState {
  readonly findings: readonly Finding[];
}

const LookForm = z.object({ databaseId: z.uuid() });

/** A page that waits longer has lost its person. */
const PATIENCE_MS = 30_000;

/** Empty where it looked; that a database cannot be reached is what a look finds, and stands on the page. */
export async function lookAgain(
  console: Pick<Console, "records" | "secrets">,
  actor: Actor,
  form: FormData,
): Promise<readonly Finding[]> {
  if (!actor.permissions.has("control:run")) return [notAllowed()];
  const parsed = LookForm.safeParse(Object.fromEntries(form));
  if (!parsed.success) return [notRegistered()];
  const { databaseId } = parsed.data;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    // Asked first: a look at what is not registered would be kept nowhere, and seem to have been done.
    await registeredPair(console.records, console.secrets, databaseId);
    await lookAtDatabase(console, databaseId, signal, "now");
    return [];
  } catch (error) {
    if (error instanceof Refusal) return error.findings;
    if (signal.aborted) return [tooSlow()];
    throw error;
  }
}

function notAllowed(): Finding {
  return {
    code: "not-allowed",
    severity: "blocks",
    where: "database",
    what: "You may not have databases looked at.",
    todo: `Ask somebody who is ${rolesWith("control:run").join(" or ")}.`,
  };
}

function notRegistered(): Finding {
  return {
    code: "form-unreadable",
    severity: "blocks",
    where: "database",
    what: "The form did not name a database.",
    todo: "Load the page again.",
  };
}

function tooSlow(): Finding {
  return {
    code: "look-too-slow",
    severity: "blocks",
    where: "database",
    what: `The database has not answered for ${PATIENCE_MS / 1000} s.`,
    todo: "See whether its server is overloaded or its catalog locked, then look again.",
  };
}

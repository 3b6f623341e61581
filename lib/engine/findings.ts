/** Refusals that several of the engine's functions share, and looking an operation up. */
import { eq } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import type { Permission } from "../access/permissions.ts";
import type { Finding } from "../findings/finding.ts";
import type { RecordsSession } from "../records/client.ts";
import { isId } from "../records/id.ts";
import { operations } from "../records/schema/operations.ts";
import { type Answer, type OperationRow, refuse } from "./engine.ts";
import { notPermitted } from "./people.ts";
import { type OperationState, stateInWords } from "./states.ts";

/** The operation for somebody who may see it and holds `permission`; else the refusal. */
export async function findOperation(
  session: RecordsSession,
  actor: Actor,
  operationId: string,
  permission: Permission = "see",
): Promise<Answer<{ row: OperationRow }>> {
  if (!actor.permissions.has("see")) return refuse(notPermitted("see"));
  const row = isId(operationId) ? await readOperation(session, operationId) : null;
  if (row === null) return refuse(noSuchOperation());
  return actor.permissions.has(permission) ? { ok: true, row } : refuse(notPermitted(permission));
}

export async function readOperation(session: RecordsSession, id: string): Promise<OperationRow | null> {
  const [row] = await session.select().from(operations).where(eq(operations.id, id));
  return row ?? null;
}

function noSuchOperation(): Finding {
  return {
    code: "operation-not-found",
    severity: "blocks",
    where: "operation",
    what: "There is no such operation.",
    todo: "Look for it in the list of operations.",
  };
}

/** Somebody, or a worker, was quicker. */
export function movedMeanwhile(): Finding {
  return {
    code: "operation-moved",
    severity: "blocks",
    where: "operation",
    what: "The operation has moved on since you opened the page.",
    todo: "Look at its present state and decide again.",
  };
}

/** What was asked for is not to be had in this state. */
export function notInState(act: string, state: OperationState, where: string): Finding {
  return {
    code: "operation-state",
    severity: "blocks",
    where: "operation",
    what: `An operation that is ${stateInWords(state)} cannot be ${act}.`,
    todo: `This can be done while it is ${where}.`,
  };
}

export function unknownKind(kind: string): Finding {
  return {
    code: "operation-unknown",
    severity: "blocks",
    where: kind,
    what: "This version of the console knows no such operation.",
    todo: "Run a console and workers of one version.",
  };
}

/** The constraint that a statement broke, looked for through the causes; null where it was none. */
export function brokenConstraint(error: unknown): string | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code, constraint } = each as { code?: unknown; constraint?: unknown };
    if (typeof code === "string" && code.startsWith("23") && typeof constraint === "string")
      return constraint;
  }
  return null;
}

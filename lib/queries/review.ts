/** What a reviewer sees: the operation, and whether the world has changed since its plan was made. */
import "server-only";
import type { Actor } from "../access/actor.ts";
import { lookAgain } from "../engine/plan-again.ts";
import type { Change } from "../engine/what-changed.ts";
import type { Finding } from "../findings/finding.ts";
import { type OperationView, readOperationView } from "./operation.ts";
import type { EngineSource } from "./source.ts";

/** Planned once more at this moment, read-only; nothing of it is stored. */
export type SecondLook =
  | { readonly outcome: "same" }
  | { readonly outcome: "changed"; readonly changes: readonly Change[] }
  | { readonly outcome: "not possible"; readonly findings: readonly Finding[] };

export interface ReviewPageView {
  readonly operation: OperationView;
  /** Null where there is nothing for this person to decide. */
  readonly look: SecondLook | null;
}

/** Null where there is no such operation. @throws Refused */
export async function readReviewView(
  source: EngineSource,
  actor: Actor,
  id: string,
): Promise<ReviewPageView | null> {
  const operation = await readOperationView(source, actor, id);
  if (operation === null) return null;
  const open = operation.acts.some((act) => act.name === "review" && act.unavailable === null);
  return { operation, look: open ? await lookOnceMore(source, actor, operation) : null };
}

async function lookOnceMore(
  { engine }: EngineSource,
  actor: Actor,
  { id, digest }: OperationView,
): Promise<SecondLook> {
  const answer = await lookAgain(engine, actor, { operationId: id });
  if (!answer.ok) return { outcome: "not possible", findings: answer.findings };
  return answer.digest === digest ? { outcome: "same" } : { outcome: "changed", changes: answer.changes };
}

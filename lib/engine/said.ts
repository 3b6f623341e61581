/** What people decide, in the process's log: after it is committed, by the ids of act, operation and person. */
import type { Actor } from "../access/actor.ts";
import type { Answer, Engine } from "./engine.ts";

/** Waits for the answer and logs the act where it was taken; what is refused changed nothing. */
export async function said<Given extends Answer>(
  engine: Engine,
  event: string,
  actor: Actor,
  facts: Readonly<Record<string, unknown>>,
  deciding: Promise<Given>,
): Promise<Given> {
  const answer = await deciding;
  if (answer.ok) engine.log("info", event, { ...facts, person: actor.personId });
  return answer;
}

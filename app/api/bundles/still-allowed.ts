/** Whether somebody who fetches a bundle still may, asked again for as long as it takes. */
import { actorOf, type SessionState } from "../../../lib/access/actor-of.ts";
import type { Console } from "../../../lib/operations/console.ts";

type SignedIn = Extract<SessionState, { readonly state: "signed-in" }>;

export function stillMayDownload(
  { records }: Pick<Console, "records">,
  { actor, signedInAt }: Pick<SignedIn, "actor" | "signedInAt">,
): () => Promise<boolean> {
  const claim = { personId: actor.personId, epoch: actor.sessionEpoch, signedInAt };
  return async () => {
    const now = await actorOf(records, claim);
    return now.state === "signed-in" && now.actor.permissions.has("download:bundle");
  };
}

/** What must hold before a deleted tenant is brought back, beside what an import asks. Pure. */
import type { Gate } from "../../engine/plan.ts";
import type { Tombstone } from "../tombstones/tombstones.ts";

export function restoreGates(
  tombstone: Pick<Tombstone, "state" | "retainUntil" | "bundleSha256">,
  bundle: { readonly sha256: string | null; readonly trusted: boolean },
  now: Date,
): Gate[] {
  return [inTime(tombstone, now), vouchedFor(tombstone, bundle)];
}

function inTime({ state, retainUntil }: Pick<Tombstone, "state" | "retainUntil">, now: Date): Gate {
  const gate = { code: "in-time", title: "The time for a restore is not over" };
  if (state === "deleting" || retainUntil === null)
    return {
      ...gate,
      holds: true,
      detail: "The delete was stopped on its way: what is gone can always come back.",
    };
  const until = retainUntil.toISOString().slice(0, 16).replace("T", " ");
  return retainUntil > now
    ? { ...gate, holds: true, detail: `Until ${until} UTC.` }
    : {
        ...gate,
        holds: false,
        detail: `It was over at ${until} UTC. A bundle that is still there can be imported.`,
      };
}

function vouchedFor(
  { bundleSha256 }: Pick<Tombstone, "bundleSha256">,
  { sha256, trusted }: { readonly sha256: string | null; readonly trusted: boolean },
): Gate {
  const gate = {
    code: "bundle-vouched",
    title: "The bundle is the one it was deleted with, or signed by a trusted key",
  };
  if (sha256 === bundleSha256)
    return {
      ...gate,
      holds: true,
      detail: "The file is that one, byte by byte: it held every row that was deleted.",
    };
  return trusted
    ? { ...gate, holds: true, detail: "Another file, signed by a key that is trusted here." }
    : {
        ...gate,
        holds: false,
        detail:
          "The file is another one, and no trusted key has signed it. Choose the one it was deleted with.",
      };
}

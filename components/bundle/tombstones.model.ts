/** What a delete's tombstone means for a bundle, in words. Pure. */
import type { BundleTombstone } from "../../lib/queries/bundle-tombstones.ts";

/** Goes on with an age where there is a time for a restore. */
export function tombstoneInWords({
  state,
  restsOnIt,
  inTime,
}: Pick<BundleTombstone, "state" | "restsOnIt" | "inTime">): string {
  switch (state) {
    case "deleting":
      return restsOnIt
        ? "rows may be gone that are only here; it is kept until they are back."
        : "stopped on its way; another bundle holds what is gone.";
    case "deleted":
      if (!inTime) return "the time for a restore ended";
      return restsOnIt
        ? "the way back, and kept for exactly as long; it ends"
        : "it rests on another bundle; the way back ends";
    case "restored":
      return "restored since; nothing rests on it any more.";
    case "replaced":
      return "the tenant was there again, and was deleted with another bundle.";
  }
}

import { Banner } from "../../../../../../components/ui/banner.tsx";
import { Time } from "../../../../../../components/ui/time.tsx";
import type { TombstoneView } from "../../../../../../lib/queries/tenant-end.ts";
import { DismissForm, type TenantPlace } from "./tenant-forms.tsx";

/** A tenant that was deleted and is there again: what can be done, or who has said that it stays. */
export function ThereAgain({
  tombstone: { dismissed },
  at,
  unproved,
  mayDismiss,
}: {
  readonly tombstone: Pick<TombstoneView, "dismissed">;
  readonly at: TenantPlace;
  /** It was restored, and the proof that it is its bundle did not come to its end. */
  readonly unproved: boolean;
  readonly mayDismiss: boolean;
}) {
  if (dismissed !== null)
    return (
      <Banner tone="warn" className="mb-2">
        It was deleted, and is there again. It stays, says {dismissed.by}, <Time at={dismissed.at} />:{" "}
        {dismissed.reason}
      </Banner>
    );
  return (
    <>
      <Banner tone="bad" className="mb-2">
        {unproved
          ? "It was restored, and never proved to be what its bundle holds: nobody lets it in. Let the restore go on to its end, or have an admin say why it stays as it is."
          : "It was deleted, and is there again: its database was restored from an older backup, or somebody has put it back. Delete it again, or have an admin say why it stays."}
      </Banner>
      {mayDismiss && <DismissForm at={at} />}
    </>
  );
}

import type { TombstoneView } from "../../lib/queries/tenant-end.ts";
import { links } from "../links.ts";
import { Facts } from "../ui/facts.tsx";
import { Link } from "../ui/link.tsx";
import { formatRows } from "../ui/quantities.ts";
import { Age, Time } from "../ui/time.tsx";

/** What is left of a tenant that was deleted: when, by which operation, and for how long there is a way back. */
export function Tombstone({ tombstone }: { readonly tombstone: TombstoneView }) {
  const { state, operationId, bundleId, rows, deletedAt, retainUntil, inTime, certificateId } = tombstone;
  return (
    <Facts
      facts={[
        {
          label: state === "deleting" ? "Being deleted" : "Deleted",
          value: (
            <>
              {deletedAt !== null && (
                <>
                  <Time at={deletedAt} />,{" "}
                </>
              )}
              {formatRows(rows)},{" "}
              <Link className="link" href={links.operation(operationId)}>
                by this operation
              </Link>
            </>
          ),
        },
        {
          label: "Bundle",
          value: (
            <Link className="link" href={links.bundle(bundleId)}>
              the one it can be brought back from
            </Link>
          ),
        },
        ...(retainUntil === null
          ? []
          : [
              {
                label: "Way back",
                value:
                  state === "restored" ? (
                    "it was restored"
                  ) : (
                    <>
                      {inTime ? "until" : "it ended"} <Time at={retainUntil} />, <Age at={retainUntil} />
                    </>
                  ),
              },
            ]),
        ...(certificateId === null
          ? []
          : [
              {
                label: "Certificate",
                value: (
                  <Link className="link" href={links.certificate(certificateId)}>
                    Certificate of erasure
                  </Link>
                ),
              },
            ]),
      ]}
    />
  );
}

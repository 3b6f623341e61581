import type { BundleTombstone } from "../../lib/queries/bundle-tombstones.ts";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { Age, Time } from "../ui/time.tsx";
import { tombstoneInWords } from "./tombstones.model.ts";

/** Deletes that rest on the bundle, or that it could undo: until when, and the way back. */
export function BundleTombstones({
  id,
  tombstones,
  mayRestore,
}: {
  readonly id: string;
  readonly tombstones: readonly BundleTombstone[];
  /** Whether the file can be read, by somebody who may ask for a restore. */
  readonly mayRestore: boolean;
}) {
  return (
    <ul className="divide-y divide-line">
      {tombstones.map((stone) => (
        <li
          key={stone.operationId}
          className="flex flex-wrap items-baseline justify-between gap-x-3 px-3 py-1"
        >
          <span>
            <Link href={links.operation(stone.operationId)} className="link">
              Deleted from {stone.database.name}
            </Link>
            {stone.deletedAt !== null && (
              <>
                {" "}
                <Time at={stone.deletedAt} />
              </>
            )}
            : {tombstoneInWords(stone)}
            {stone.state === "deleted" && stone.retainUntil !== null && (
              <>
                {" "}
                <Age at={stone.retainUntil} />
              </>
            )}
          </span>
          {mayRestore && stone.inTime && (
            <Link
              className="link"
              href={links.newOperation({
                kind: "restore",
                database: stone.database.id,
                tenant: stone.tenantKey,
                bundle: id,
              })}
            >
              Restore from it…
            </Link>
          )}
        </li>
      ))}
    </ul>
  );
}

import type { DeletedLine, DeletedNews } from "../../lib/queries/overview-deleted.ts";
import { links } from "../links.ts";
import { Link } from "../ui/link.tsx";
import { Status } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { Attention, AttentionLine } from "./attention.tsx";

/** Tenants that were deleted and are there again, or only in part gone: each with what can be done. */
export function OverviewDeleted({ news }: { readonly news: DeletedNews }) {
  const { entries, total } = news.deleted;
  return (
    <Attention
      id="deleted"
      title="Deleted, and still there"
      total={total}
      shown={entries.length}
      more={links.operations({ kind: "delete" })}
    >
      {entries.map((line) => (
        <AttentionLine
          key={line.operationId}
          href={links.tenant(line.platform, line.tenantKey, { database: line.database.name })}
          title={line.tenantKey}
          state={
            <Status tone="bad">
              {line.why === "again" ? "there again, from a backup" : "its delete was stopped on its way"}
            </Status>
          }
        >
          {line.database.name} ·{" "}
          {line.deletedAt !== null && (
            <>
              deleted <Time at={line.deletedAt} /> ·{" "}
            </>
          )}
          <Link className="link" href={wayOut(line)}>
            {line.why === "again" ? "delete it again…" : "restore what is missing…"}
          </Link>
        </AttentionLine>
      ))}
    </Attention>
  );
}

function wayOut({ why, database, tenantKey }: DeletedLine): string {
  const kind = why === "again" ? "delete" : "restore";
  return links.newOperation({ kind, database: database.id, tenant: tenantKey });
}

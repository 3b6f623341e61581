import type { TenantView } from "../../lib/queries/tenant.ts";
import { Facts } from "../ui/facts.tsx";
import { formatNoun } from "../ui/quantities.ts";
import { Status } from "../ui/status.tsx";
import { Age, Time } from "../ui/time.tsx";

/** What goes on behind a tenant's fence: writes that it has refused, and rows that were written in spite of it. */
export function TenantTraffic({ tenant }: { readonly tenant: Pick<TenantView, "fence" | "traffic"> }) {
  const { fence, traffic } = tenant;
  if (fence === null) return null;
  return (
    <Facts
      facts={[
        {
          label: "Refused",
          value: (
            <>
              {formatNoun(fence.refused, "write", "writes")} since <Time at={fence.since} />
              {fence.refusedAt !== undefined && (
                <>
                  , the last before <Time at={fence.refusedAt} />
                </>
              )}
            </>
          ),
        },
        {
          label: "Written",
          value:
            traffic === null ? (
              "not looked at yet: a worker does it within a few minutes"
            ) : (
              <>
                {traffic.tables.length === 0 ? (
                  <Status tone="ok">No row is newer than the fence.</Status>
                ) : (
                  <ul>
                    {traffic.tables.map(({ table, rows, lastAt }) => (
                      <li key={table}>
                        <Status tone="bad">
                          {formatNoun(rows, "row", "rows")} of <code>{table}</code>
                        </Status>{" "}
                        {lastAt === null ? "when, the server does not keep" : <Time at={lastAt} />}
                      </li>
                    ))}
                  </ul>
                )}
                <span className="text-ink-soft">
                  looked at <Age at={traffic.at} />
                </span>
              </>
            ),
        },
      ]}
    />
  );
}

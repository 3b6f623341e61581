import type { TenantView } from "../../lib/queries/tenant.ts";
import { links } from "../links.ts";
import { Facts } from "../ui/facts.tsx";
import { Hash } from "../ui/hash.tsx";
import { Link } from "../ui/link.tsx";
import { formatNoun, formatRows, UNKNOWN } from "../ui/quantities.ts";
import { Bytes } from "../ui/quantity.tsx";
import { Age, Time } from "../ui/time.tsx";

/** What is known of a tenant; what was measured says when. */
export function TenantFacts({ tenant }: { readonly tenant: TenantView }) {
  const { database, rows, sizedAt } = tenant;
  return (
    <Facts
      facts={[
        { label: "Key", value: <Hash value={tenant.key} label="key" whole /> },
        { label: "Slug", value: tenant.slug === null ? UNKNOWN : <code>{tenant.slug}</code> },
        {
          label: "Domains",
          value: tenant.domains.length === 0 ? "none" : <code>{tenant.domains.join(", ")}</code>,
        },
        {
          label: "Database",
          value: (
            <>
              <Link href={links.platform(tenant.platform)} className="link">
                {database.name}
              </Link>
              {database.region !== null && ` · ${database.region}`}
            </>
          ),
        },
        ...tenant.elsewhere.map((name) => ({
          label: "Also in",
          value: (
            <Link href={links.tenant(tenant.platform, tenant.key, { database: name })} className="link">
              {name}
            </Link>
          ),
        })),
        ...(tenant.platformState === null
          ? []
          : [{ label: "Platform says", value: <code>{tenant.platformState}</code> }]),
        ...(tenant.fence === null
          ? []
          : [
              {
                label: "Fence",
                value: (
                  <>
                    {tenant.fence.state} since <Time at={new Date(tenant.fence.since)} /> ·{" "}
                    {formatNoun(tenant.fence.refused, "write", "writes")} refused
                  </>
                ),
              },
            ]),
        {
          label: "Size",
          value:
            sizedAt === null ? (
              "not measured yet"
            ) : (
              <>
                <Bytes value={tenant.bytes} /> · {rows === null ? UNKNOWN : formatRows(rows)}
                <span className="text-ink-soft">
                  {" "}
                  · census, <Age at={sizedAt} />
                </span>
              </>
            ),
        },
        ...(tenant.goneAt === null ? [] : [{ label: "Last seen", value: <Time at={tenant.goneAt} /> }]),
      ]}
    />
  );
}

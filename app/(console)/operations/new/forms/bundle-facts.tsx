import { links } from "../../../../../components/links.ts";
import { Banner } from "../../../../../components/ui/banner.tsx";
import { Facts } from "../../../../../components/ui/facts.tsx";
import { Link } from "../../../../../components/ui/link.tsx";
import { Bytes, Rows } from "../../../../../components/ui/quantity.tsx";
import type { BundleSubject } from "../../../../../lib/queries/new-operation-bundle.ts";

/** The bundle that an operation reads, and whether it can be read. */
export function BundleFacts({ bundle }: { readonly bundle: BundleSubject }) {
  const { tenant } = bundle;
  return (
    <>
      <input type="hidden" name="bundleId" value={bundle.id} />
      <Facts
        facts={[
          {
            label: "Bundle",
            value: (
              <Link className="link break-all" href={links.bundle(bundle.id)}>
                {bundle.name}
              </Link>
            ),
          },
          {
            label: "Tenant",
            value: `${tenant.name ?? tenant.slug ?? tenant.key ?? "unknown"}${tenant.slug === null ? "" : ` (${tenant.slug})`}`,
          },
          {
            label: "Holds",
            value: (
              <>
                <Rows value={bundle.rows} /> · <Bytes value={bundle.bytes} />
              </>
            ),
          },
          { label: "Schema version", value: <code>{bundle.schemaVersion ?? "none"}</code> },
        ]}
      />
      {bundle.state !== "ready" && (
        <Banner tone="bad">
          This bundle is {bundle.state}: only a bundle that is ready, its file there and verified, can be
          used.
        </Banner>
      )}
    </>
  );
}

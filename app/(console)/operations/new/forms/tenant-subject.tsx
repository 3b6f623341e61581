import { links } from "../../../../../components/links.ts";
import { OperationStatus } from "../../../../../components/operation/operation-status.tsx";
import { CoverageBadge } from "../../../../../components/platform/coverage-badge.tsx";
import { TenantStatus } from "../../../../../components/tenant/tenant-status.tsx";
import { Banner } from "../../../../../components/ui/banner.tsx";
import { Facts } from "../../../../../components/ui/facts.tsx";
import { Link } from "../../../../../components/ui/link.tsx";
import { Bytes, Rows } from "../../../../../components/ui/quantity.tsx";
import { Age } from "../../../../../components/ui/time.tsx";
import type { TenantSubject as Subject } from "../../../../../lib/queries/new-operation-tenant.ts";

/** The tenant that it is about, as the census last saw it, and the fields that name it. */
export function TenantSubject({ tenant }: { readonly tenant: Subject }) {
  const { database } = tenant;
  return (
    <>
      <input type="hidden" name="tenantKey" value={tenant.key} />
      <input type="hidden" name="databaseId" value={database.id} />
      <Facts
        facts={[
          {
            label: "Tenant",
            value: (
              <Link
                className="link"
                href={links.tenant(database.platform, tenant.key, { database: database.name })}
              >
                {tenant.name ?? tenant.slug ?? tenant.key}
                {tenant.slug !== null && tenant.name !== null && ` (${tenant.slug})`}
              </Link>
            ),
          },
          { label: "State", value: <TenantStatus state={tenant.state} /> },
          {
            label: "Database",
            value: (
              <>
                {database.name} of {database.platform}{" "}
                <CoverageBadge platform={database.platform} coverage={tenant.coverage} />
              </>
            ),
          },
          {
            label: "Size",
            value: (
              <>
                <Rows value={tenant.rows} /> · <Bytes value={tenant.bytes} />
                {tenant.sizedAt !== null && (
                  <span className="text-ink-soft">
                    , measured <Age at={tenant.sizedAt} />
                  </span>
                )}
              </>
            ),
          },
        ]}
      />
      {tenant.active !== null && (
        <Banner tone="warn">
          Another operation has this tenant, and a tenant has one at a time:{" "}
          <Link className="link" href={links.operation(tenant.active.id)}>
            {tenant.active.kind}
          </Link>{" "}
          <OperationStatus state={tenant.active.state} />. Wait for its end, or withdraw or abort it.
        </Banner>
      )}
    </>
  );
}

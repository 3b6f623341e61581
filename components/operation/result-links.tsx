import type { OperationView } from "../../lib/queries/operation.ts";
import { links } from "../links.ts";
import { ButtonLink } from "../ui/button.tsx";

/** Where to look at what it has made, once it is there. */
export function ResultLinks({ operation }: { readonly operation: OperationView }) {
  const { state, tenant, platform, database, bundles } = operation;
  if (state !== "succeeded") return null;
  const written = bundles.find((bundle) => bundle.role === "written" && bundle.state === "ready");
  return (
    <span className="flex flex-wrap gap-2">
      {written !== undefined && (
        <ButtonLink href={links.bundle(written.id)} size="sm" variant="primary">
          Open the bundle
        </ButtonLink>
      )}
      {tenant.listed && tenant.key !== null && (
        <ButtonLink
          href={links.tenant(platform, tenant.key, { database: database.name })}
          size="sm"
          variant={written === undefined ? "primary" : "secondary"}
        >
          Open the tenant
        </ButtonLink>
      )}
    </span>
  );
}

import type { OperationView } from "../../lib/queries/operation.ts";
import { links } from "../links.ts";
import { ButtonLink } from "../ui/button.tsx";

/** Where to look at what it has made, once it is there. */
export function ResultLinks({ operation }: { readonly operation: OperationView }) {
  const certificate = operation.result?.links.certificate;
  const { state, tenant, platform, database, bundles, result } = operation;
  if (state !== "succeeded") return null;
  // What names no tenant has changed none: then the bundle that it names is what there is to look at.
  const about = result?.links.tenant === undefined ? result?.links.bundle : undefined;
  const bundle = bundles.find(({ id, state }) => id === about && state === "ready");
  return (
    <span className="flex flex-wrap gap-2">
      {bundle !== undefined && (
        <ButtonLink href={links.bundle(bundle.id)} size="sm" variant="primary">
          Open the bundle
        </ButtonLink>
      )}
      {certificate !== undefined && (
        <ButtonLink href={links.certificate(certificate)} size="sm" variant="primary">
          Certificate of erasure
        </ButtonLink>
      )}
      {tenant.listed && tenant.key !== null && (
        <ButtonLink
          href={links.tenant(platform, tenant.key, { database: database.name })}
          size="sm"
          variant={bundle === undefined ? "primary" : "secondary"}
        >
          Open the tenant
        </ButtonLink>
      )}
    </span>
  );
}

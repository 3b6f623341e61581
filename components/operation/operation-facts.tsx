import type { OperationView } from "../../lib/queries/operation.ts";
import { links } from "../links.ts";
import { CoverageBadge } from "../platform/coverage-badge.tsx";
import { type Fact, Facts } from "../ui/facts.tsx";
import { Hash } from "../ui/hash.tsx";
import { Link } from "../ui/link.tsx";
import { Bytes } from "../ui/quantity.tsx";
import { Status } from "../ui/status.tsx";
import { Age, Time } from "../ui/time.tsx";

/** What there is to know about an operation beside its plan: who, what of, and what is approved. */
export function OperationFacts({ operation }: { readonly operation: OperationView }) {
  const { platform, database, tenant, plan } = operation;
  const facts: Fact[] = [
    {
      label: "Digest",
      value: (
        <>
          <Hash value={operation.digest} label="digest" />{" "}
          {operation.state === "superseded" && <Status tone="warn">changed since the approval</Status>}
        </>
      ),
    },
    { label: "Operation", value: <Hash value={operation.id} label="operation's id" /> },
    { label: "Tenant", value: <TenantName operation={operation} /> },
    {
      label: "Database",
      value: (
        <>
          <Link className="link" href={links.platform(platform)}>
            {database.name} of {platform}
          </Link>
          {plan.databases[0] !== undefined && (
            <span className="block text-ink-soft">
              {plan.databases[0].databaseName} at {plan.databases[0].endpoint}
            </span>
          )}
          {database.healthAt !== null && (
            <span className="block text-ink-soft">
              looked at <Age at={database.healthAt} />
            </span>
          )}
          <CoverageBadge platform={platform} coverage={database.coverage} />
        </>
      ),
    },
    ...operation.bundles.map((bundle) => ({
      label: bundle.role === "written" ? "Bundle written" : "Bundle read",
      value: (
        <>
          <Link className="link break-all" href={links.bundle(bundle.id)}>
            {bundle.name}
          </Link>
          <span className="block text-ink-soft">
            {bundle.state}
            {bundle.bytes !== null && (
              <>
                , <Bytes value={bundle.bytes} />
              </>
            )}
            {bundle.verifiedAt !== null && (
              <>
                , verified <Age at={bundle.verifiedAt} />
              </>
            )}
          </span>
        </>
      ),
    })),
    {
      label: "Asked by",
      value: (
        <>
          {operation.requestedBy.name}
          {operation.mine && " (you)"}, <Time at={operation.createdAt} />
        </>
      ),
    },
    { label: "Needs", value: needs(operation) },
    { label: "Policy", value: operation.policy },
    {
      label: "Planner, model",
      value: (
        <>
          {plan.versions.planner},{" "}
          {plan.versions.model === null ? (
            "none"
          ) : (
            <Hash value={plan.versions.model} label="model's version" />
          )}
        </>
      ),
    },
  ];
  return <Facts facts={key(tenant.key, facts)} />;
}

/** A tenant that is to be has no key yet. */
function key(tenantKey: string | null, facts: readonly Fact[]): readonly Fact[] {
  if (tenantKey === null) return facts;
  const at = facts.findIndex((fact) => fact.label === "Tenant") + 1;
  return [
    ...facts.slice(0, at),
    { label: "Tenant key", value: <Hash value={tenantKey} label="tenant's key" /> },
    ...facts.slice(at),
  ];
}

function TenantName({ operation }: { readonly operation: OperationView }) {
  const { tenant, platform, database } = operation;
  const name = tenant.name ?? tenant.slug ?? tenant.key ?? "to be made";
  const text = tenant.slug !== null && tenant.slug !== name ? `${name} (${tenant.slug})` : name;
  if (!tenant.listed || tenant.key === null) return text;
  return (
    <Link className="link" href={links.tenant(platform, tenant.key, { database: database.name })}>
      {text}
    </Link>
  );
}

function needs({ reviewsNeeded, reviewers, requestedBy, state }: OperationView) {
  if (reviewsNeeded === 0) return "no review";
  const people = reviewsNeeded === 1 ? "one reviewer" : `${reviewsNeeded} different reviewers`;
  const able = reviewers === 1 ? "one person can" : `${reviewers} people can`;
  return (
    <>
      {people}, not {requestedBy.name}
      {state === "in_review" && (
        <span className={`block ${reviewers < reviewsNeeded ? "text-bad" : "text-ink-soft"}`}>
          {reviewers === 0
            ? "Nobody can: an admin has to grant the role of a reviewer."
            : `${able} review it`}
        </span>
      )}
    </>
  );
}

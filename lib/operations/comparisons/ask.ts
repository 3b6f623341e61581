/**
 * Asking for a comparison, and calling it off. It only reads, so nobody reviews it; it takes as long as an export, so
 * a worker does it (`run.ts`), and its page waits.
 */
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import type { Finding } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import type { Records, RecordsSession } from "../../records/client.ts";
import { isId, newId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { comparisons } from "../../records/schema/comparisons.ts";
import { databases } from "../../records/schema/databases.ts";
import { operations } from "../../records/schema/operations.ts";
import { bundleFor } from "../bundles/find-bundle.ts";
import type { BundleRow } from "../bundles/of-operation.ts";
import { importsOf } from "./imported.ts";

export interface ComparisonRequest {
  readonly bundleId: string;
  /** `bundle:<id>`, `database:<id>`, or `import:<id>`: the tenant that the import made of it. */
  readonly beside: string;
}

/** Whoever may fetch a bundle may see what is in it. */
const PERMISSION = "download:bundle";

/**
 * Refuses `not-permitted`, `bundle-unknown`, sides that cannot be compared, and the same comparison twice at once: then
 * it leads to the one that is under way.
 */
export async function askComparison(
  records: Records,
  actor: Actor,
  { bundleId, beside }: ComparisonRequest,
): Promise<Answer<{ comparisonId: string }>> {
  return records.transaction(async (tx) => {
    const found = await bundleFor(tx, actor, bundleId, PERMISSION);
    if (!found.ok) return found;
    const { bundle } = found;
    if (bundle.state !== "ready" || bundle.tenantKey === null) return refuse(notReady(bundle.name));
    const other = await sideOf(tx, bundle, beside);
    if ("code" in other) return refuse(other);
    // Two who ask at once find one another's.
    await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext(${`compare ${bundle.id} ${beside}`}))`);
    const [open] = await tx
      .select({ id: comparisons.id })
      .from(comparisons)
      .where(
        and(
          inArray(comparisons.state, ["waiting", "running"]),
          eq(comparisons.bundleId, bundle.id),
          other.otherBundleId === null
            ? eq(comparisons.databaseId, other.databaseId!)
            : eq(comparisons.otherBundleId, other.otherBundleId),
          other.importId === null ? isNull(comparisons.importId) : eq(comparisons.importId, other.importId),
        ),
      );
    if (open !== undefined) return { ok: true, comparisonId: open.id };
    const comparisonId = newId();
    await tx.insert(comparisons).values({
      id: comparisonId,
      platformId: bundle.platformId,
      tenantKey: bundle.tenantKey,
      bundleId: bundle.id,
      ...other,
      requestedBy: actor.personId,
      state: "waiting",
    });
    await recordAudit(tx, {
      actor,
      action: "comparison.asked",
      ...aboutComparison({ id: comparisonId, platformId: bundle.platformId, tenantKey: bundle.tenantKey }),
      data: { bundle: bundle.id, beside },
    });
    return { ok: true, comparisonId };
  });
}

/** Calls off one that waits or runs; the worker stops within seconds. Refuses one that has ended. */
export async function cancelComparison(records: Records, actor: Actor, id: string): Promise<Answer> {
  if (!actor.permissions.has(PERMISSION)) return refuse(notPermitted(PERMISSION));
  return records.transaction(async (tx) => {
    const [ended] = isId(id)
      ? await tx
          .update(comparisons)
          .set({ state: "cancelled", endedAt: sql`now()` })
          .where(and(eq(comparisons.id, id), inArray(comparisons.state, ["waiting", "running"])))
          .returning()
      : [];
    if (ended === undefined) return refuse(notOpen(id));
    await recordAudit(tx, { actor, action: "comparison.cancelled", ...aboutComparison(ended) });
    return { ok: true };
  });
}

/** What an audit entry about it says. */
export function aboutComparison({
  id,
  platformId,
  tenantKey,
}: {
  readonly id: string;
  readonly platformId: string | null;
  readonly tenantKey: string;
}) {
  return { subject: { type: "comparison", id }, platformId, tenantKey };
}

type OtherSide = {
  readonly otherBundleId: string | null;
  readonly databaseId: string | null;
  readonly importId: string | null;
};

async function sideOf(
  session: RecordsSession,
  bundle: BundleRow,
  beside: string,
): Promise<OtherSide | Finding> {
  const [kind, id = ""] = beside.split(":", 2);
  if (kind === "bundle" && isId(id)) {
    const [other] = await session.select().from(bundles).where(eq(bundles.id, id));
    if (other === undefined || other.id === bundle.id) return noSide();
    if (other.state !== "ready") return notReady(other.name);
    return other.platformId === bundle.platformId && other.tenantKey === bundle.tenantKey
      ? { otherBundleId: other.id, databaseId: null, importId: null }
      : otherTenant(other.name);
  }
  if (kind === "database" && isId(id) && bundle.platformId !== null) {
    const [home] = await session
      .select({ id: databases.id })
      .from(databases)
      .where(
        and(eq(databases.id, id), eq(databases.platformId, bundle.platformId), isNull(databases.removedAt)),
      );
    if (home !== undefined) return { otherBundleId: null, databaseId: home.id, importId: null };
  }
  if (kind === "import" && isId(id)) {
    const [made] = await session
      .select({ databaseId: operations.databaseId })
      .from(operations)
      .innerJoin(databases, eq(databases.id, operations.databaseId))
      .where(and(eq(operations.id, id), importsOf(bundle.id), isNull(databases.removedAt)));
    if (made !== undefined) return { otherBundleId: null, databaseId: made.databaseId, importId: id };
  }
  return noSide();
}

function noSide(): Finding {
  return {
    code: "comparison-side-unknown",
    severity: "blocks",
    where: "beside",
    what: "Choose what the bundle is compared with.",
    todo: "Another bundle of the same tenant, the tenant in one of the platform's databases, or what an import made of the bundle.",
  };
}

function otherTenant(where: string): Finding {
  return {
    code: "comparison-of-another",
    severity: "blocks",
    where,
    what: "The other bundle is of another tenant: no row of it could be told to be the same.",
    todo: "Choose one of the same tenant.",
  };
}

function notReady(where: string): Finding {
  return {
    code: "bundle-not-ready",
    severity: "blocks",
    where,
    what: "The bundle has no verified file to read rows from.",
    todo: "Look at the bundle's state and its findings.",
  };
}

function notOpen(where: string): Finding {
  return {
    code: "comparison-not-open",
    severity: "blocks",
    where,
    what: "The comparison has ended already, or there is none.",
    todo: "Load the page again.",
  };
}

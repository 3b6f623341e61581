/** What a bundle was compared with, and what it can be compared with. */
import "server-only";
import { and, count, desc, eq, isNull, ne, or } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import { importsOf } from "../operations/comparisons/imported.ts";
import { isId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { comparisons } from "../records/schema/comparisons.ts";
import { databases } from "../records/schema/databases.ts";
import { operations } from "../records/schema/operations.ts";
import { persons } from "../records/schema/persons.ts";
import { tenants } from "../records/schema/tenants.ts";
import type { ComparisonState } from "./comparison.ts";
import { authorise } from "./refused.ts";
import { A_FEW, type Some } from "./some.ts";
import type { Source } from "./source.ts";

export interface BundleComparison {
  readonly id: string;
  readonly state: ComparisonState;
  readonly equal: boolean | null;
  /** A file's name, or a database's. */
  readonly beside: string;
  readonly requestedBy: string;
  readonly at: Date;
}

const others = alias(bundles, "others");
const firsts = alias(bundles, "firsts");

/** On either side; the latest first. */
export async function readComparisonsOf(
  { records }: Source,
  bundleId: string,
): Promise<Some<BundleComparison>> {
  const ofBundle = or(eq(comparisons.bundleId, bundleId), eq(comparisons.otherBundleId, bundleId));
  const [entries, [all]] = await Promise.all([
    records
      .select({
        id: comparisons.id,
        state: comparisons.state,
        equal: comparisons.equal,
        bundleId: comparisons.bundleId,
        first: firsts.name,
        other: others.name,
        database: databases.name,
        importId: comparisons.importId,
        requestedBy: persons.name,
        at: comparisons.createdAt,
      })
      .from(comparisons)
      .innerJoin(persons, eq(persons.id, comparisons.requestedBy))
      .innerJoin(firsts, eq(firsts.id, comparisons.bundleId))
      .leftJoin(others, eq(others.id, comparisons.otherBundleId))
      .leftJoin(databases, eq(databases.id, comparisons.databaseId))
      .where(ofBundle)
      .orderBy(desc(comparisons.createdAt), desc(comparisons.id))
      .limit(A_FEW),
    records.select({ count: count() }).from(comparisons).where(ofBundle),
  ]);
  return {
    entries: entries.map(({ bundleId: firstId, first, other, database, importId, ...entry }) => ({
      ...entry,
      beside:
        firstId !== bundleId
          ? first
          : (other ?? (importId === null ? `the tenant in ${database}` : `its import into ${database}`)),
    })),
    total: all?.count ?? 0,
  };
}

export interface ComparisonChoices {
  readonly id: string;
  readonly name: string;
  readonly tenantSlug: string | null;
  readonly tenantKey: string | null;
  /** Of the same tenant, the latest first. */
  readonly bundles: readonly { readonly id: string; readonly name: string; readonly at: Date }[];
  /** Where the tenant lives, as the census has it. */
  readonly databases: readonly { readonly id: string; readonly name: string }[];
  /** What imports made of it, the latest first. */
  readonly imports: readonly {
    readonly id: string;
    readonly tenantSlug: string | null;
    readonly database: string;
    readonly at: Date;
  }[];
  /** Why it cannot be compared. */
  readonly findings: readonly Finding[];
}

const CHOICES = 50;

/** Null where there is no such bundle. @throws Refused */
export async function readComparisonChoices(
  { records }: Source,
  actor: Actor,
  id: string,
): Promise<ComparisonChoices | null> {
  authorise(actor, "download:bundle");
  if (!isId(id)) return null;
  const [bundle] = await records.select().from(bundles).where(eq(bundles.id, id));
  if (bundle === undefined) return null;
  const { name, tenantKey, tenantSlug, platformId } = bundle;
  const view = { id, name, tenantKey, tenantSlug };
  if (bundle.state !== "ready" || tenantKey === null || platformId === null)
    return { ...view, bundles: [], databases: [], imports: [], findings: [notComparable(name)] };
  const [beside, homes, imports] = await Promise.all([
    records
      .select({ id: bundles.id, name: bundles.name, at: bundles.createdAt })
      .from(bundles)
      .where(
        and(
          eq(bundles.platformId, platformId),
          eq(bundles.tenantKey, tenantKey),
          eq(bundles.state, "ready"),
          ne(bundles.id, id),
        ),
      )
      .orderBy(desc(bundles.createdAt))
      .limit(CHOICES),
    records
      .select({ id: databases.id, name: databases.name })
      .from(tenants)
      .innerJoin(databases, eq(databases.id, tenants.databaseId))
      .where(
        and(
          eq(tenants.platformId, platformId),
          eq(tenants.key, tenantKey),
          isNull(tenants.goneAt),
          isNull(databases.removedAt),
        ),
      )
      .orderBy(databases.name),
    records
      .select({
        id: operations.id,
        tenantSlug: operations.tenantSlug,
        database: databases.name,
        at: operations.createdAt,
      })
      .from(operations)
      .innerJoin(databases, eq(databases.id, operations.databaseId))
      .where(and(importsOf(id), isNull(databases.removedAt)))
      .orderBy(desc(operations.createdAt))
      .limit(CHOICES),
  ]);
  return { ...view, bundles: beside, databases: homes, imports, findings: [] };
}

function notComparable(where: string): Finding {
  return {
    code: "bundle-not-ready",
    severity: "blocks",
    where,
    what: "There is no verified file of a known tenant to compare.",
    todo: "Look at the bundle's state and its findings.",
  };
}

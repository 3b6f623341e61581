/** The bundle that an export writes, as the records know it from its first moment on. */
import { eq } from "drizzle-orm";
import { bundleName, suffixOfName } from "../../bundle/name.ts";
import type { BundleStore } from "../../bundle/stores/store.ts";
import type { StepContext } from "../../engine/contexts.ts";
import { Refusal } from "../../findings/finding.ts";
import { newId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { operations } from "../../records/schema/operations.ts";

export type BundleRow = typeof bundles.$inferSelect;

/** Null before the export has reserved its name. */
export async function bundleOf(context: StepContext): Promise<BundleRow | null> {
  const [row] = await context.records
    .select()
    .from(bundles)
    .where(eq(bundles.operationId, context.operationId));
  return row ?? null;
}

/** Reserves a name in the store and in the records, before a byte is written: what a crash leaves is known by it. */
export async function reserveBundle(
  context: StepContext,
  {
    schemaVersion,
    recipients,
  }: { readonly schemaVersion: string | null; readonly recipients: readonly string[] },
): Promise<BundleRow> {
  const { tenant } = context.plan;
  const { platform, records, operationId } = context;
  const naming = {
    tenant: { slug: tenant.slug, key: tenant.key ?? "tenant" },
    schema: { version: schemaVersion },
    source: { takenAt: new Date().toISOString() },
  };
  const encrypted = recipients.length > 0;
  const plain = bundleName(naming, platform.compression, encrypted);
  const [operation] = await records.select().from(operations).where(eq(operations.id, operationId));
  // Two tenants of one slug in two databases may be exported in the same second.
  for (const name of [plain, withSuffix(plain, operationId.slice(-8))]) {
    const [row] = await records
      .insert(bundles)
      .values({
        id: newId(),
        platformId: platform.id,
        store: platform.store,
        name,
        state: "writing",
        origin: "export",
        operationId,
        createdBy: operation?.requestedBy ?? null,
        tenantKey: tenant.key,
        tenantSlug: tenant.slug,
        schemaVersion,
        encrypted,
        recipients: encrypted ? recipients : null,
      })
      .onConflictDoNothing()
      .returning();
    if (row !== undefined) return row;
  }
  throw new Refusal({
    code: "store-name-taken",
    severity: "blocks",
    where: plain,
    what: "The store holds bundles of this name already.",
    todo: "Retry the run: the name holds the time.",
  });
}

function withSuffix(name: string, suffix: string): string {
  const end = suffixOfName(name);
  return `${name.slice(0, -end.length)}-${suffix}${end}`;
}

/** Whether the store holds the whole file: a store shows nothing that is not whole. */
export async function isStored(store: BundleStore, name: string): Promise<boolean> {
  try {
    const source = await store.open(name);
    await source.close();
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.findings.some(({ code }) => code === "store-missing")) return false;
    throw error;
  }
}

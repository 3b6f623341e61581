/** The bundle that an import reads, as the records know it: only one of this platform, proved whole, is taken. */
import { eq } from "drizzle-orm";
import type { BundleSource } from "../../bundle/stores/store.ts";
import type { PlanContext } from "../../engine/contexts.ts";
import { Refusal } from "../../findings/finding.ts";
import { bundles } from "../../records/schema/bundles.ts";

export type BundleRow = typeof bundles.$inferSelect;

type Reach = Pick<PlanContext, "records" | "platform" | "store">;

/** @throws Refusal for one that is unknown, of another platform, or not whole */
export async function findBundle({ records, platform }: Reach, bundleId: string): Promise<BundleRow> {
  const [row] = await records.select().from(bundles).where(eq(bundles.id, bundleId));
  if (row === undefined || (row.platformId !== null && row.platformId !== platform.id)) {
    throw new Refusal({
      code: "bundle-of-another",
      severity: "blocks",
      where: bundleId,
      what: "There is no such bundle of this platform.",
      todo: "Choose one from the list of bundles, or upload it to this platform.",
    });
  }
  if (row.state === "ready") return row;
  throw new Refusal({
    code: "bundle-not-ready",
    severity: "blocks",
    where: row.name,
    what: `The bundle is ${WORDS[row.state]}.`,
    todo: "Choose a bundle that is whole, or export the tenant again.",
  });
}

const WORDS: Readonly<Record<Exclude<BundleRow["state"], "ready">, string>> = {
  writing: "still being written",
  quarantined: "not verified yet",
  refused: "refused: it is not whole, or not a bundle",
  missing: "missing from its store",
  expired: "expired and removed",
};

/** Opens its file for the length of `work`. */
export async function withBundle<T>(
  context: Reach,
  row: Pick<BundleRow, "store" | "name">,
  work: (source: BundleSource) => Promise<T>,
): Promise<T> {
  const source = await context.store(row.store).open(row.name);
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

/**
 * Verifying a bundle once more because somebody wants to know: asked for on its page, done by a worker, which reads
 * the whole file. The wish lies in the bundle's row until it is answered, so a worker that dies answers nothing and
 * the next one begins anew; one at a time, as rounds have a lock.
 */
import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { type Verification, verifyBundle } from "../../bundle/verify.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import type { Records } from "../../records/client.ts";
import { bundles } from "../../records/schema/bundles.ts";
import type { Console } from "../console.ts";
import { trustedKeys } from "../signer.ts";
import { keepPieces, provedBundle } from "./facts.ts";
import { aboutBundle, bundleFor } from "./find-bundle.ts";
import type { BundleRow } from "./of-operation.ts";

const WORKER = { personId: null, name: "worker" };

/** Refuses `not-permitted`, `bundle-unknown`, and what has no file to read. Asked twice, it is done once. */
export async function askVerification(
  records: Records,
  actor: Actor,
  { bundleId }: { readonly bundleId: string },
): Promise<Answer> {
  return records.transaction(async (tx) => {
    const found = await bundleFor(tx, actor, bundleId, "download:bundle");
    if (!found.ok) return found;
    const { bundle } = found;
    if (bundle.state === "writing" || bundle.state === "expired") return refuse(nothingToRead(bundle));
    const asked = await tx
      .update(bundles)
      .set({ verifyWantedAt: sql`now()` })
      .where(and(eq(bundles.id, bundle.id), isNull(bundles.verifyWantedAt)))
      .returning({ id: bundles.id });
    if (asked.length > 0)
      await recordAudit(tx, { actor, action: "bundle.verification-asked", ...aboutBundle(bundle) });
    return { ok: true };
  });
}

/** One round: every wish that waits, the oldest first. How many were answered. */
export async function verifyWanted(
  console: Pick<Console, "records" | "stores">,
  signal: AbortSignal,
): Promise<number> {
  const wanted = await console.records
    .select()
    .from(bundles)
    .where(isNotNull(bundles.verifyWantedAt))
    .orderBy(asc(bundles.verifyWantedAt));
  for (const bundle of wanted) await answer(console, bundle, signal);
  return wanted.length;
}

async function answer(
  { records, stores }: Pick<Console, "records" | "stores">,
  bundle: BundleRow,
  signal: AbortSignal,
): Promise<void> {
  const proof = await prove(records, () => stores.get(bundle.store).open(bundle.name), signal);
  const findings = "size" in proof ? objections(bundle, proof.verification) : proof.findings;
  await records.transaction(async (tx) => {
    const facts =
      "size" in proof && !blocks(findings)
        ? {
            ...provedBundle(proof.verification, proof.size),
            arrivedSignature: sql`coalesce(${bundles.arrivedSignature}, ${bundles.signature})`,
            state: "ready" as const,
          }
        : { state: stateAfter(findings), findings, verifiedAt: new Date() };
    const answered = await tx
      .update(bundles)
      .set({ ...facts, verifyWantedAt: null })
      .where(
        and(
          eq(bundles.id, bundle.id),
          eq(bundles.verifyWantedAt, bundle.verifyWantedAt!),
          eq(bundles.state, bundle.state),
        ),
      )
      .returning({ id: bundles.id });
    if (answered.length === 0) return;
    if ("size" in proof && !blocks(findings)) await keepPieces(tx, bundle.id, proof.verification);
    await recordAudit(tx, {
      actor: WORKER,
      action: blocks(findings) ? "bundle.verification-failed" : "bundle.verified",
      ...aboutBundle(bundle),
      data: { codes: findings.map(({ code }) => code) },
    });
  });
}

type Proof =
  | { readonly verification: Verification; readonly size: number }
  | { readonly findings: readonly Finding[] };

async function prove(
  records: Records,
  open: () => Promise<BundleSource>,
  signal: AbortSignal,
): Promise<Proof> {
  try {
    const source = await open();
    try {
      const trust = await trustedKeys(records);
      const verification = await verifyBundle(source, { trust, onPart: () => signal.throwIfAborted() });
      return { verification, size: source.size };
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof Refusal) return { findings: error.findings };
    throw error;
  }
}

/** Whole is not enough: it must be the file that was recorded under this name. */
function objections({ name, sha256 }: BundleRow, verification: Verification): readonly Finding[] {
  if (blocks(verification.findings)) return verification.findings;
  if (sha256 === null || sha256 === verification.sha256) return verification.findings;
  return [
    {
      code: "bundle-file-changed",
      severity: "blocks",
      where: name,
      what: "The file is whole, but it is another one than was recorded under this name.",
      todo: "Put the recorded file back from a backup, then verify it again; upload the other one as a bundle of its own.",
    },
  ];
}

function stateAfter(findings: readonly Finding[]): BundleRow["state"] {
  return findings.some(({ code }) => code === "store-missing") ? "missing" : "refused";
}

function nothingToRead({ name, state }: BundleRow): Finding {
  return {
    code: `bundle-${state}`,
    severity: "blocks",
    where: name,
    what:
      state === "expired" ? "The bundle has expired and was removed." : "The bundle is still being written.",
    todo: state === "expired" ? "Export the tenant again." : "Wait for its export to end: that verifies it.",
  };
}
